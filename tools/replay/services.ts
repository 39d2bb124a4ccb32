import fs from 'node:fs';
import path from 'node:path';
import { Guard } from '../platform/guard.ts';
import { groundswellDir, repositoryDir, statePaths } from '../platform/paths.ts';
import { ManagedProcess, type LaunchSpec } from '../platform/process.ts';
import type { ReplayPlatform } from './platform.ts';

/** The derive services of a lane, as processes of their own. */
export interface LaneServices {
  readonly logsDir: string;
  /** Where one of them listens, on the loopback interface. */
  portOf(name: string): number;
  /** How often one of them died and was started again. */
  deaths(): number;
  stop(): Promise<void>;
  /** Logs of a replay that went well are of no use. */
  removeLogs(): void;
}

export interface LaneServicesOptions {
  readonly lane: string;
  readonly platform: ReplayPlatform;
  readonly env: NodeJS.ProcessEnv;
  /** Which to run, with what is set for one alone. */
  readonly services: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** One of them was given up. */
  readonly onFatal: (error: Error) => void;
}

const DRAIN_MS = 10_000;

/** Resolves when they are ready. @throws PlatformError when one cannot be started; what was started is stopped */
export async function startLaneServices(options: LaneServicesOptions): Promise<LaneServices> {
  const { lane, platform, env, onFatal } = options;
  const logsDir = path.join(statePaths(groundswellDir).logs, lane);
  fs.rmSync(logsDir, { recursive: true, force: true });
  const guard = new Guard();
  let deaths = 0;
  const running = Object.entries(options.services).map(([name, own]) => {
    const managed = new ManagedProcess(name, path.join(logsDir, `${name}.log`), {
      guard,
      onProgress: ({ state }) => {
        if (state === 'died') deaths += 1;
      },
      onFatal,
    });
    const set = { lane, platform, env: { ...env, ...own } };
    return { name, managed, spec: specOf(name, managed.logFile, set) };
  });
  const stop = async (): Promise<void> => {
    await Promise.all(running.map(({ managed, spec }) => managed.stop(spec)));
    guard.close();
  };
  try {
    await Promise.all(running.map(({ managed, spec }) => managed.start(spec)));
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return {
    logsDir,
    portOf: (name) => {
      const logFile = running.find((one) => one.name === name)?.managed.logFile;
      return (logFile === undefined ? null : portIn(logFile)) ?? 0;
    },
    deaths: () => deaths,
    stop,
    removeLogs: () => {
      fs.rmSync(logsDir, { recursive: true, force: true });
    },
  };
}

function specOf(
  name: string,
  logFile: string,
  { lane, platform, env }: Pick<LaneServicesOptions, 'lane' | 'platform' | 'env'>,
): LaunchSpec {
  return {
    command: process.execPath,
    args: [
      '--conditions=@groundswell/source',
      path.join(repositoryDir, 'services', name, 'src/main.ts'),
    ],
    env: {
      ...env,
      KAFKA_BROKERS: platform.kafkaBrokers,
      SCHEMA_REGISTRY_URL: platform.schemaRegistryUrl,
      DATABASE_URL: platform.databaseUrl,
      GW_LANE: lane,
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'info',
      SHUTDOWN_MS: String(DRAIN_MS),
    },
    cwd: repositoryDir,
    probe: () => isReady(logFile),
    readyWithinMs: 60_000,
    stopSignal: 'SIGTERM',
    stopWithinMs: DRAIN_MS + 1000,
  };
}

/** The service chose its port and logged it; after a restart the last line counts. */
function portIn(logFile: string): number | null {
  const lines = fs.readFileSync(logFile, 'utf8').split('\n');
  const line = lines.findLast((text) => /"(health server|ingest) listening"/.test(text));
  if (line === undefined) return null;
  return (JSON.parse(line) as { groundswell: { port: number } }).groundswell.port;
}

async function isReady(logFile: string): Promise<boolean> {
  const port = portIn(logFile);
  if (port === null) return false;
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, {
      signal: AbortSignal.timeout(2_000),
    });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false; // not listening yet, or no longer
  }
}
