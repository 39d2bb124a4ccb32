import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { committedManifests, examplePath, exampleNames, readManifests } from './chart.ts';
import type { Crd } from './fetch-crds.ts';
import { crds, kubeconform, kubernetesSchemas } from './toolbox.ts';
import { failed, passed, type Check } from './types.ts';

/** Oldest that the chart supports among those at hand, the one that is installed here, and the newest. */
const versions = ['1.30.0', '1.34.0', '1.37.0'] as const;

/** Our own manifests beside the chart. */
const BESIDE = 'infra/cluster/{schema-registry,log-shipping}/*.yaml';

/** Committed manifests against the JSON schemas of Kubernetes and of the operators; no schema, no pass. */
export const manifestSchemas: Check = {
  name: 'chart: manifests match their schemas',
  tools: [kubeconform, kubernetesSchemas, crds],
  async run({ rootDir, toolsDir, workDir, run, pathOf }) {
    const custom = writeCrdSchemas(pathOf(crds), join(workDir, 'crds'));
    const [schemas] = globSync(
      join(
        toolsDir,
        'venv-kubernetes-validate/lib/*/site-packages/kubernetes_validate/kubernetes-json-schema',
      ),
    );
    if (schemas === undefined) return failed('the package holds no schemas');
    const beside = globSync(join(rootDir, BESIDE));
    const files = [
      ...exampleNames(rootDir).map((name) => examplePath(rootDir, name, 'rendered')),
      ...beside,
    ];
    const kinds = new Set(
      [
        ...exampleNames(rootDir).flatMap((name) => [...committedManifests(rootDir, name).values()]),
        ...beside.map((file) => readFileSync(file, 'utf8')),
      ].flatMap((text) => readManifests(text).map(({ kind }) => kind.toLowerCase())),
    );
    for (const version of versions) {
      const own = join(workDir, version);
      writeKubernetesSchemas(join(schemas, `v${version}-local-strict`), own, kinds);
      const ran = await run(pathOf(kubeconform), [
        '-strict',
        '-summary',
        `-schema-location=${own}/{{.ResourceKind}}{{.KindSuffix}}.json`,
        `-schema-location=${custom}/{{.ResourceKind}}-{{.Group}}-{{.ResourceAPIVersion}}.json`,
        ...files,
      ]);
      if (ran.code !== 0) return failed(`Kubernetes ${version}`, ran.output);
    }
    return passed(`Kubernetes ${versions.join(', ')}`);
  },
};

/** The package's schemas name each other by addresses of kubernetes.io; ours by the files that they are. */
function writeKubernetesSchemas(from: string, to: string, kinds: ReadonlySet<string>): void {
  mkdirSync(to, { recursive: true });
  const wanted = (file: string): boolean =>
    file === '_definitions.json' || kinds.has(file.split(/[-.]/)[0] ?? '');
  for (const file of globSync('*.json', { cwd: from }).filter(wanted)) {
    const text = readFileSync(join(from, file), 'utf8')
      .replace(/"\$id": "[^"]*",?/, '')
      .replace(/,\s*}\s*$/, '}')
      .replaceAll('/api/_definitions.json', '_definitions.json');
    writeFileSync(join(to, file), text);
  }
}

/** A JSON schema per kind and version, closed against unknown fields as the API server closes it. */
function writeCrdSchemas(list: string, dir: string): string {
  mkdirSync(dir, { recursive: true });
  const { items } = JSON.parse(readFileSync(list, 'utf8')) as { readonly items: readonly Crd[] };
  for (const { spec } of items) {
    for (const { name, schema } of spec.versions) {
      const file = `${spec.names.kind.toLowerCase()}-${spec.group}-${name}.json`;
      writeFileSync(join(dir, file), JSON.stringify(closed(schema.openAPIV3Schema, 0)));
    }
  }
  return dir;
}

/** Objects that list their properties take no others; `metadata` is checked by the API server itself. */
function closed(schema: unknown, depth: number): unknown {
  if (Array.isArray(schema)) return schema.map((item) => closed(item, depth));
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value, depth + 1)]);
  const open = depth === 0 || 'x-kubernetes-preserve-unknown-fields' in schema;
  const isClosed =
    'properties' in schema && 'type' in schema && !('additionalProperties' in schema);
  return Object.fromEntries([
    ...entries,
    ...(isClosed && !open ? [['additionalProperties', false]] : []),
  ]);
}
