import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { locate } from './tool-cache.ts';
import { notRun } from './types.ts';
import type { CheckContext, Outcome, Ran, RunOptions, Tool } from './types.ts';

/** What every check of images needs. */
export const docker: Tool = { name: 'docker', source: { kind: 'apt', package: 'docker.io' } };
const dockerd: Tool = { name: 'dockerd', source: { kind: 'apt', package: 'docker.io iptables' } };
const READY_WITHIN_S = 60;

/** A Docker engine to try images on. */
export interface Engine {
  /** Runs `docker <args>`. */
  readonly docker: (args: readonly string[], options?: RunOptions) => Promise<Ran>;
  /** Variables by which other programs reach it. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Calls `use` with the engine that runs on this machine or that DOCKER_HOST names; else, as root, with one of our own whose images, networks
 * and socket are apart from everything else, and which ends afterwards. Its images stay in GW_TOOLS_DIR/docker for the next check.
 *
 * @returns what `use` returned, or why there is no engine
 */
async function withEngine<T>(
  context: CheckContext,
  use: (engine: Engine) => Promise<T>,
  isLast: boolean,
): Promise<T | { readonly why: string }> {
  const running = engineAt(context, {});
  if ((await running.docker(['info'])).code === 0) return use(running);
  const daemon = locate(dockerd, context.toolsDir);
  if (daemon === undefined) return { why: 'no engine runs: apt-get install docker.io iptables' };
  if (process.getuid?.() !== 0) return { why: 'no engine runs, and only root can start one' };
  const own = startDaemon(context, daemon);
  try {
    const engine = engineAt(context, { DOCKER_HOST: own.address });
    for (let second = 0; (await engine.docker(['info'])).code !== 0; second += 1) {
      if (second === READY_WITHIN_S || own.child.exitCode !== null) {
        return { why: 'this machine lets no Docker engine run (no right to mount or to route)' };
      }
      await sleep(1000);
    }
    return await use(engine);
  } finally {
    await own.stop();
    // Not before: a running engine holds mounts below.
    if (isLast && process.env['GW_KEEP_IMAGES'] !== '1') forgetImages(context);
  }
}

/** A check with an engine; without one it is not run. After the last one the images of an engine of our own are forgotten. */
export async function onEngine(
  context: CheckContext,
  use: (engine: Engine) => Promise<Outcome>,
  { isLast = false } = {},
): Promise<Outcome> {
  const outcome = await withEngine(context, use, isLast);
  return 'status' in outcome ? outcome : notRun(outcome.why);
}

/** Frees the disk that an engine of our own used; its images can be made again. */
function forgetImages({ toolsDir }: CheckContext): void {
  rmSync(dataRoot(toolsDir), { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
}

const dataRoot = (toolsDir: string): string => join(toolsDir, 'docker');

function engineAt({ run }: CheckContext, address: Readonly<Record<string, string>>): Engine {
  // The classic builder: what it can build, every other one can.
  const env = { ...address, DOCKER_BUILDKIT: '0' };
  return {
    env,
    docker: (args, options) =>
      run('docker', args, { timeoutMs: 1_800_000, ...options, env: { ...env, ...options?.env } }),
  };
}

interface Daemon {
  readonly address: string;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

function startDaemon({ toolsDir, workDir, run }: CheckContext, daemon: string): Daemon {
  const data = dataRoot(toolsDir);
  mkdirSync(data, { recursive: true });
  const address = `unix://${workDir}/docker.sock`;
  const log = openSync(join(workDir, 'dockerd.log'), 'w');
  const child = spawn(
    'nice',
    [
      ...['-n', '10', daemon, '--host', address, '--data-root', data],
      ...['--exec-root', join(workDir, 'exec'), '--pidfile', join(workDir, 'dockerd.pid')],
    ],
    { stdio: ['ignore', log, log] },
  );
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
  return {
    address,
    child,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      // It leaves the network of the machine mounted below its folder, which then cannot be removed.
      await run('umount', ['-l', join(workDir, 'exec/netns/default')]);
    },
  };
}
