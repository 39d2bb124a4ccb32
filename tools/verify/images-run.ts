import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { images, jobs, TAG } from './images-build.ts';
import type { Engine } from './images-engine.ts';
import { freePort } from './free-port.ts';
import type { CheckContext, Ran } from './types.ts';

const PROJECT = 'groundswell-verify';
const HEALTHY_WITHIN_S = 600;

/** The platform under compose, on free ports and volumes of its own. */
export interface Compose {
  /** Variables of its `.env`. */
  readonly settings: ReadonlyMap<string, string>;
  /** Runs `docker-compose <args>`. */
  readonly run: (args: readonly string[], input?: string) => Promise<Ran>;
}

/** A container, as Docker inspects it. */
interface Container {
  readonly Name: string;
  readonly Config: { readonly Labels: Readonly<Record<string, string>>; readonly User: string };
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean;
    readonly CapDrop: readonly string[] | null;
    readonly PortBindings: Readonly<Record<string, readonly { readonly HostIp: string }[]>> | null;
  };
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly Health?: { readonly Status: string };
  };
}

/** What is published beside the page and what it calls: pages of the profile observability, by compose.ports.yaml. */
const PAGES = ['PROMETHEUS', 'ALERTMANAGER'];

/**
 * Writes an `.env` of its own into the folder of the check.
 *
 * @param agent jar of the JMX exporter for the broker, if there is one
 */
export async function composeOf(
  engine: Engine,
  context: CheckContext,
  program: readonly string[],
  agent: string | undefined,
): Promise<Compose> {
  const { rootDir, workDir, run } = context;
  const dir = join(rootDir, 'infra/compose');
  const file = join(workDir, 'compose.env');
  const ports = ['PAGE', 'API', 'LIVE', 'ISSUER', ...PAGES].map(
    async (one) => `${one}_PORT=${await freePort()}`,
  );
  // A small world is enough, and leaves the machine to the others.
  const own = [
    ...[`COMPOSE_PROJECT_NAME=${PROJECT}`, 'COMPOSE_PROFILES=core,observability'],
    ...[`GROUNDSWELL_TAG=${TAG}`, 'RATE=10'],
    ...(agent === undefined ? [] : [`JMX_AGENT=${agent}`]),
  ];
  const args = [join(dir, 'make-env.mjs'), '--to', file, ...own, ...(await Promise.all(ports))];
  const made = await run(process.execPath, args);
  if (made.code !== 0) throw new Error(made.output);
  const lines = readFileSync(file, 'utf8').matchAll(/^(\w+)=(.*)$/gm);
  const [command = '', ...first] = program;
  const files = ['compose.yaml', 'compose.ports.yaml'];
  if (agent !== undefined) files.push('compose.jmx.yaml');
  const flags = ['--env-file', file, ...files.flatMap((one) => ['-f', join(dir, one)])];
  return {
    settings: new Map([...lines].map(([, name = '', value = '']) => [name, value])),
    run: (rest, input) =>
      run(command, [...first, ...flags, ...rest], {
        env: engine.env,
        timeoutMs: 900_000,
        ...(input === undefined ? {} : { input }),
      }),
  };
}

/** Every container of the platform. */
async function containers({ docker }: Engine): Promise<readonly Container[]> {
  const filter = `label=com.docker.compose.project=${PROJECT}`;
  const ids = (await docker(['ps', '-aq', '--filter', filter])).stdout.split('\n').filter(Boolean);
  return JSON.parse((await docker(['inspect', ...ids])).stdout) as Container[];
}

const serviceOf = ({ Config }: Container): string =>
  Config.Labels['com.docker.compose.service'] ?? '';
const isOurs = (one: Container): boolean => images.includes(serviceOf(one));

/** Waits until all containers are healthy and the jobs have ended well. @returns what is not, or nothing */
export async function awaitHealthy(engine: Engine): Promise<readonly string[]> {
  for (let second = 0; ; second += 3) {
    const waiting = (await containers(engine)).filter(({ State, ...rest }) =>
      jobs.includes(serviceOf({ State, ...rest }))
        ? State.Status !== 'exited' || State.ExitCode !== 0
        : (State.Health?.Status ?? 'healthy') !== 'healthy' || State.Status !== 'running',
    );
    if (waiting.length === 0 || second >= HEALTHY_WITHIN_S) {
      return waiting.map(
        (one) => `${serviceOf(one)} is ${one.State.Health?.Status ?? one.State.Status}`,
      );
    }
    await sleep(3000);
  }
}

/** What containers of ours may do that they should not, and what is published beside the page and what it calls. */
export async function looseEnds(engine: Engine): Promise<readonly string[]> {
  const pages = PAGES.map((page) => page.toLowerCase());
  const open = ['dev-issuer', 'serve-api', 'serve-live', 'watch-dashboard', ...pages];
  return (await containers(engine)).flatMap((one) => {
    const name = serviceOf(one);
    const bindings = Object.values(one.HostConfig.PortBindings ?? {}).flat();
    const rules: readonly (readonly [string, boolean])[] = [
      ['is published', bindings.length === 0 || open.includes(name)],
      ['is published to other machines', bindings.every(({ HostIp }) => HostIp === '127.0.0.1')],
      ['has a writable root', !isOurs(one) || one.HostConfig.ReadonlyRootfs],
      ['keeps capabilities', !isOurs(one) || one.HostConfig.CapDrop?.join() === 'ALL'],
      ['runs as another user', !isOurs(one) || one.Config.User === '10001:10001'],
    ];
    return rules.filter(([, held]) => !held).map(([rule]) => `${name} ${rule}`);
  });
}

/** Tries to write where nothing may be written, in every running container of ours. @returns those where it worked */
export async function writableRoots(engine: Engine): Promise<readonly string[]> {
  const running = (await containers(engine)).filter(
    (one) => isOurs(one) && one.State.Status === 'running',
  );
  const script = "try { require('fs').writeFileSync('/app/x', ''); process.exit(1) } catch {}";
  const tries = running.map(async (one) => {
    const ran = await engine.docker(['exec', one.Name.slice(1), 'node', '-e', script]);
    return ran.code === 0 ? [] : [`${serviceOf(one)}: /app can be written`];
  });
  return (await Promise.all(tries)).flat();
}

/** Stops every service with SIGTERM. @returns those that did not end by themselves with exit code 0 */
export async function stopCleanly(engine: Engine, compose: Compose): Promise<readonly string[]> {
  const running = (await containers(engine)).filter(
    (one) => isOurs(one) && !jobs.includes(serviceOf(one)),
  );
  const stopped = await compose.run(['stop', '-t', '30', ...running.map(serviceOf)]);
  if (stopped.code !== 0) return [stopped.output];
  const names = new Set(running.map(serviceOf));
  return (await containers(engine))
    .filter((one) => names.has(serviceOf(one)) && one.State.ExitCode !== 0)
    .map((one) => `${serviceOf(one)} ended with ${one.State.ExitCode}`);
}
