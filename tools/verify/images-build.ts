import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { imageNames, layoutOf } from '../../infra/images/layout.mjs';
import type { Engine } from './images-engine.ts';
import type { CheckContext } from './types.ts';

/** Tag of the images that a check builds. */
export const TAG = 'verify';
export const nameOf = (image: string): string => `groundswell/${image}:${TAG}`;

/** What `look-inside.mjs` found in an image. */
interface Inside {
  readonly uid: number;
  /** `name@version` of everything below node_modules. */
  readonly packages: readonly string[];
  readonly strays: readonly string[];
  readonly secrets: readonly string[];
  readonly writable: readonly string[];
}

/** The settings of an image that Docker reports. */
interface Settings {
  readonly User: string;
  readonly Entrypoint: readonly string[] | null;
  readonly Env: readonly string[];
  readonly Healthcheck?: { readonly Test: readonly string[] };
}

/** Builds one image from the repository. @throws Error with the end of what the builder said */
export async function buildImage(
  { docker }: Engine,
  { rootDir }: CheckContext,
  image: string,
): Promise<void> {
  const file = image === 'watch-dashboard' ? 'Dockerfile.dashboard' : 'Dockerfile';
  const service = file === 'Dockerfile' ? ['--build-arg', `SERVICE=${image}`] : [];
  const args = ['build', '-f', join(rootDir, file), ...service, '-t', nameOf(image), rootDir];
  const ran = await docker(args);
  if (ran.code !== 0) throw new Error(`${image}: ${ran.output.slice(-3000)}`);
}

/** What is wrong with a built image, each as a sentence part; empty when nothing is. */
export async function faultsOf(
  { docker }: Engine,
  { rootDir }: CheckContext,
  image: string,
): Promise<readonly string[]> {
  const told = await docker(['image', 'inspect', '-f', '{{json .Config}}', nameOf(image)]);
  const script = readFileSync(join(rootDir, 'infra/images/look-inside.mjs'), 'utf8');
  const looked = await docker(
    [
      ...['run', '--rm', '-i', '--network=none', '--read-only', '--cap-drop=ALL'],
      ...['--entrypoint=node', nameOf(image), '--input-type=module', '-'],
    ],
    { input: script },
  );
  if (looked.code !== 0) return [`could not be looked into: ${looked.output}`];
  const history = await docker(['history', '--no-trunc', '-q', nameOf(image)]);
  const sbom = readFileSync(join(rootDir, 'infra/images/sbom', `${image}.cdx.json`), 'utf8');
  return [
    ...settingFaults(JSON.parse(told.stdout) as Settings),
    ...contentFaults(JSON.parse(looked.stdout) as Inside, sbom),
    ...(/whsec_|_authToken|HMAC_KEY|PASSWORD=/.test(history.stdout) ? ['a secret in history'] : []),
  ];
}

export function settingFaults(settings: Settings): readonly string[] {
  const rules: readonly (readonly [string, boolean])[] = [
    ['another user than 10001', settings.User === '10001:10001'],
    ['a shell before node', settings.Entrypoint?.join(' ') === 'node main.mjs'],
    ['no health check', settings.Healthcheck?.Test.join(' ') === 'CMD node health.mjs'],
    ['not for production', settings.Env.includes('NODE_ENV=production')],
    ['a secret in its variables', !settings.Env.some((one) => /KEY|SECRET|PASSWORD/.test(one))],
  ];
  return rules.filter(([, held]) => !held).map(([rule]) => rule);
}

/** @param sbom committed list of components, which must be exactly what is there */
export function contentFaults(inside: Inside, sbom: string): readonly string[] {
  const { components } = JSON.parse(sbom) as {
    readonly components: readonly { readonly name: string; readonly version: string }[];
  };
  const listed = new Set(components.map(({ name, version }) => `${name}@${version}`));
  const found = inside.packages.filter((one) => !one.startsWith('@groundswell/'));
  const some = (what: string, names: readonly string[]): string[] =>
    names.length === 0 ? [] : [`${what}: ${names.slice(0, 5).join(', ')}`];
  return [
    ...(inside.uid === 10001 ? [] : [`runs as ${inside.uid}`]),
    ...some(
      'not in its list of components',
      found.filter((one) => !listed.has(one)),
    ),
    ...some('nothing to do in an image', inside.strays),
    ...some('secrets', inside.secrets),
    ...some('writable', inside.writable),
  ];
}

const CANARY = 'canary-secret-7f3a';
/** Where a working copy may hold what nobody should see, and one file that must be sent. */
const planted = {
  never: [
    '.env',
    '.git/config',
    'infra/compose/.env',
    'packages/runtime/.env.local',
    'services/serve-api/key.pem',
    'tools/node_modules/x/index.js',
    '.groundswell/data/secrets.json',
    'terraform/staging.tfvars',
  ],
  sent: 'packages/runtime/src/canary.ts',
};

/** Sends a folder of planted secrets with our .dockerignore. @returns files that must not have arrived, or `canaries` when none at all was found */
export async function leaksOf(engine: Engine, context: CheckContext): Promise<readonly string[]> {
  const dir = join(context.workDir, 'planted');
  for (const file of [...planted.never, planted.sent]) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), CANARY);
  }
  writeFileSync(
    join(dir, '.dockerignore'),
    readFileSync(join(context.rootDir, '.dockerignore'), 'utf8'),
  );
  const tag = 'groundswell/planted:verify';
  const built = await engine.docker(['build', '-q', '-t', tag, '-f', '-', dir], {
    input: 'FROM scratch\nCOPY . /\nCMD ["none"]\n',
  });
  if (built.code !== 0) throw new Error(built.output);
  const archive = join(context.workDir, 'planted.tar');
  await engine.docker(['save', '-o', archive, tag]);
  // The layer is a tar inside of the tar: names and contents are in it as they are.
  const layers = readFileSync(archive, 'latin1');
  if (!layers.includes(CANARY)) return ['the canary itself was not found'];
  return planted.never.filter((file) => layers.includes(`${file}\0`));
}

export const images: readonly string[] = imageNames;
export const jobs: readonly string[] = images.filter((image) => layoutOf(image).isJob);
