import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { images, jobs } from './images-build.ts';
import { docker, onEngine, type Engine } from './images-engine.ts';
import { awaitAlert, awaitFigures, jmxAgent, WATCHING, type Figures } from './images-figures.ts';
import {
  awaitHealthy,
  composeOf,
  looseEnds,
  stopCleanly,
  writableRoots,
  type Compose,
} from './images-run.ts';
import { haveForeignImages, namesOf } from './images-stand-ins.ts';
import { failed, notRun, passed, type Check, type CheckContext, type Outcome } from './types.ts';

/** Published images that the core needs, and what of the profile observability something can stand for. */
const CORE_IMAGES = [
  'NODE_IMAGE',
  'KAFKA_IMAGE',
  'REGISTRY_IMAGE',
  'POSTGRES_IMAGE',
  'REDIS_IMAGE',
];
const WATCHING_IMAGES = ['PROMETHEUS_IMAGE', 'ALERTMANAGER_IMAGE'];

/** What of compose is started. */
interface Plan {
  readonly started: readonly string[];
  readonly left: readonly string[];
  readonly isWatched: boolean;
  readonly hasAgent: boolean;
}

export const imagesRun: Check = {
  name: 'images: the platform runs from them (compose)',
  tools: [docker],
  run: (context) =>
    onEngine(
      context,
      async (engine) => {
        const program = await composeProgram(context, engine);
        if (program === undefined) return notRun('no compose: apt-get install docker-compose');
        const agent = await jmxAgent(context);
        const compose = await composeOf(engine, context, program, agent);
        const foreign = await haveForeignImages(engine, context, only(compose, CORE_IMAGES));
        if (foreign.missing.length > 0) return notRun(`no image ${foreign.missing.join(', ')}`);
        const watching = await haveForeignImages(engine, context, only(compose, WATCHING_IMAGES));
        const plan = planOf(context, watching.missing.length === 0, agent !== undefined);
        try {
          const outcome = await tryPlatform(engine, compose, context, plan);
          const standIns = namesOf([...foreign.standIns, ...watching.standIns]);
          return outcome.status === 'passed' ? passed(`${outcome.detail}${standIns}`) : outcome;
        } finally {
          await compose.run(['down', '--volumes', '--timeout', '5']);
        }
      },
      { isLast: true },
    ),
};

const only = ({ settings }: Compose, names: readonly string[]): ReadonlyMap<string, string> =>
  new Map([...settings].filter(([name]) => names.includes(name)));

function planOf({ rootDir }: CheckContext, isWatched: boolean, hasAgent: boolean): Plan {
  const text = readFileSync(join(rootDir, 'infra/compose/compose.yaml'), 'utf8');
  const { services } = parse(text, { merge: true }) as {
    readonly services: Readonly<Record<string, { readonly profiles: readonly string[] }>>;
  };
  const isStarted = (name: string): boolean =>
    services[name]?.profiles.includes('core') === true || (isWatched && WATCHING.includes(name));
  const names = Object.keys(services);
  return {
    started: names.filter(isStarted),
    left: names.filter((name) => !isStarted(name)),
    isWatched,
    hasAgent,
  };
}

async function tryPlatform(
  engine: Engine,
  compose: Compose,
  context: CheckContext,
  { started, left, isWatched, hasAgent }: Plan,
): Promise<Outcome> {
  const up = await compose.run(['up', '-d', '--no-build', ...started]);
  const logs = async (): Promise<string> =>
    `${up.output}\n${(await compose.run(['logs', '--tail=15', '--no-color'])).output.slice(-12_000)}`;
  if (up.code !== 0) return failed('compose up', await logs());
  const sick = await awaitHealthy(engine);
  if (sick.length > 0) return failed(sick.join(', '), await logs());
  const script = readFileSync(join(context.rootDir, 'infra/images/ask-platform.mjs'), 'utf8');
  const ask = () =>
    compose.run(['exec', '-T', 'serve-api', 'node', '--input-type=module', '-'], script);
  const asked = await ask();
  if (asked.code !== 0) return failed('nothing came through', `${asked.output}\n${await logs()}`);
  let figures: Figures | undefined;
  if (isWatched) {
    figures = await awaitFigures(compose, context, { hasAgent, ask });
    if (figures.faults.length > 0) {
      return failed(
        `${figures.faults.length} faults of what watches`,
        `${figures.faults.join('\n')}\n${await logs()}`,
      );
    }
  }
  const faults = [...(await looseEnds(engine)), ...(await writableRoots(engine))];
  if (faults.length > 0) return failed(`${faults.length} loose ends`, faults.join('\n'));
  const stoppedMs = Date.now();
  const unclean = await stopCleanly(engine, compose);
  if (unclean.length > 0) return failed('SIGTERM', unclean.join('\n'));
  const alertSeconds = isWatched ? await awaitAlert(compose, stoppedMs) : 0;
  if (alertSeconds === undefined) return failed('ServiceDown did not reach Alertmanager');
  const services = started.filter((name) => images.includes(name) && !jobs.includes(name)).length;
  const { found } = JSON.parse(asked.stdout) as { readonly found: Record<string, string> };
  return passed(
    [
      `${services} services healthy, stopped by SIGTERM`,
      `${Object.values(found).join(', ')} through REST`,
      ...(figures === undefined ? [] : [figures.detail]),
      ...(isWatched ? [`ServiceDown at Alertmanager ${alertSeconds} s after the stop`] : []),
      `not started: ${left.join(', ')}`,
    ].join('; '),
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
