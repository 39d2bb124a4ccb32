import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import type { CheckContext } from './types.ts';

export const CHART = 'helm/groundswell';
export const RELEASE = 'groundswell';
export const NAMESPACE = 'groundswell';
/** Kubernetes that the examples are rendered for. */
export const KUBE_VERSION_FLAG = '--kube-version=1.34.0';

/** What the operators beside the chart serve: `.Capabilities.APIVersions` without a cluster. */
const apiVersions = [
  'keda.sh/v1alpha1',
  'gateway.networking.k8s.io/v1',
  'monitoring.coreos.com/v1',
  'external-secrets.io/v1',
];

/** An object of the chart, as far as everybody reads it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** Names of the folders below `examples`. */
export function exampleNames(rootDir: string): readonly string[] {
  return globSync(join(rootDir, CHART, 'examples/*/values.yaml'))
    .map((path) => dirname(path).split('/').at(-1) ?? '')
    .sort();
}

export const examplePath = (rootDir: string, name: string, file: string): string =>
  join(rootDir, CHART, 'examples', name, file);

/** Renders an example. @returns the manifests by file name `<kind>-<name>.yaml`, or what helm said */
export async function renderExample(
  context: Pick<CheckContext, 'rootDir' | 'run'>,
  helm: string,
  name: string,
): Promise<ReadonlyMap<string, string> | string> {
  const { rootDir, run } = context;
  const ran = await run(helm, [
    'template',
    RELEASE,
    join(rootDir, CHART),
    `--namespace=${NAMESPACE}`,
    KUBE_VERSION_FLAG,
    `--values=${examplePath(rootDir, name, 'values.yaml')}`,
    ...apiVersions.map((version) => `--api-versions=${version}`),
  ]);
  if (ran.code !== 0) return ran.output;
  return new Map(
    readManifests(ran.stdout).map((one) => [fileOf(one), stringify(one, { lineWidth: 0 })]),
  );
}

export function readManifests(text: string): readonly Manifest[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

const fileOf = ({ kind, metadata }: Manifest): string =>
  `${kind.toLowerCase()}-${metadata.name}.yaml`;

/** Committed manifests of an example by file name. */
export function committedManifests(rootDir: string, name: string): ReadonlyMap<string, string> {
  const dir = examplePath(rootDir, name, 'rendered');
  return new Map(
    globSync('*.yaml', { cwd: dir })
      .sort()
      .map((file) => [file, readFileSync(join(dir, file), 'utf8')]),
  );
}

export function writeRendered(
  rootDir: string,
  name: string,
  files: ReadonlyMap<string, string>,
): void {
  const dir = examplePath(rootDir, name, 'rendered');
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  for (const [file, text] of files) writeFileSync(join(dir, file), text);
}

/** Files that differ between two renderings. */
export function differences(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((file) => before.get(file) !== after.get(file))
    .sort();
}
