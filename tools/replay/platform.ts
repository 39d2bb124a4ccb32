import path from 'node:path';
import {
  PlatformError,
  startPlatform,
  type PartName,
  type ProgressEvent,
} from '../platform/index.ts';
import { isProcessAlive } from '../platform/lock.ts';
import { groundswellDir, statePaths } from '../platform/paths.ts';
import { readRun } from '../platform/run-file.ts';

/** Addresses of the parts that a replay needs. */
export interface ReplayPlatform {
  readonly kafkaBrokers: string;
  readonly schemaRegistryUrl: string;
  readonly databaseUrl: string;
  /** Where it was found, for people. */
  readonly from: string;
  /** Stops what was started for the replay. */
  stop(): Promise<void>;
}

export interface ReplayPlatformOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly onProgress: (event: ProgressEvent) => void;
  readonly onFatal: (error: Error) => void;
}

const parts: readonly PartName[] = ['kafka', 'registry', 'postgres'];

/** What the environment names, else what `npm start` runs, else parts of its own for the duration. @throws PlatformError */
export async function findPlatform(options: ReplayPlatformOptions): Promise<ReplayPlatform> {
  const { KAFKA_BROKERS, SCHEMA_REGISTRY_URL, DATABASE_URL } = options.env;
  if (KAFKA_BROKERS && SCHEMA_REGISTRY_URL && DATABASE_URL) {
    return {
      kafkaBrokers: KAFKA_BROKERS,
      schemaRegistryUrl: SCHEMA_REGISTRY_URL,
      databaseUrl: DATABASE_URL,
      from: 'the platform named by the environment',
      stop: () => Promise.resolve(),
    };
  }
  const running = KAFKA_BROKERS || SCHEMA_REGISTRY_URL || DATABASE_URL ? null : runningPlatform();
  return running ?? startOwn(options);
}

/** The platform of `npm start`, once all its parts serve. */
function runningPlatform(): ReplayPlatform | null {
  const run = readRun(statePaths(groundswellDir));
  if (run === undefined || !isProcessAlive(run.supervisorPid)) return null;
  const { kafka, registry, postgres } = run.addresses;
  if (!kafka || !registry || !postgres) {
    throw new PlatformError('npm start is still starting its parts: try again when it serves.');
  }
  return {
    kafkaBrokers: kafka,
    schemaRegistryUrl: registry,
    databaseUrl: postgres,
    from: 'the platform that npm start runs',
    stop: () => Promise.resolve(),
  };
}

async function startOwn(options: ReplayPlatformOptions): Promise<ReplayPlatform> {
  const platform = await startPlatform({
    stateDir: path.join(groundswellDir, 'replay'),
    only: parts,
    ports: 'free',
    env: options.env,
    signal: options.signal,
    onProgress: options.onProgress,
    onFatal: options.onFatal,
  });
  return {
    kafkaBrokers: platform.kafkaBrokers,
    schemaRegistryUrl: platform.schemaRegistryUrl,
    databaseUrl: platform.databaseUrl,
    from: 'parts started for this replay',
    stop: () => platform.stop(),
  };
}
