import type { Guard } from './guard.ts';

/**
 * Words of the local platform. A **part** is one of the four servers everything else stands on. A part whose
 * variable is set in the environment is **external**: it is used, never started, stopped or signalled.
 */

export const partNames = ['kafka', 'registry', 'postgres', 'redis'] as const;
export type PartName = (typeof partNames)[number];

/** The variable that names an external part. */
export const partVariables: Readonly<Record<PartName, string>> = {
  kafka: 'KAFKA_BROKERS',
  registry: 'SCHEMA_REGISTRY_URL',
  postgres: 'DATABASE_URL',
  redis: 'REDIS_URL',
};

/**
 * `waiting` (for another part) -> `downloading` -> `preparing` -> `starting` -> `ready` -> `died` -> `starting` ... ;
 * `failed` after too many deaths; `stopping` -> `stopped`; or `external` for good.
 */
export type ProcessState =
  | 'waiting'
  | 'downloading'
  | 'preparing'
  | 'starting'
  | 'ready'
  | 'died'
  | 'failed'
  | 'stopping'
  | 'stopped'
  | 'external';

/** One step in the life of a part or service, for the tree that `npm start` prints. */
export interface ProgressEvent {
  readonly name: string;
  readonly state: ProcessState;
  /** What it is doing, or why it died: one line, or the last log lines separated by newlines. */
  readonly detail?: string;
}

export interface PartStatus {
  readonly name: PartName;
  readonly state: ProcessState;
  /** The address that clients use. */
  readonly address: string;
  readonly pid?: number;
  /** Absent for an external part. */
  readonly logFile?: string;
  /** Time from `startPlatform` to ready. */
  readonly readyAfterMs?: number;
}

export interface PlatformOptions {
  /** Holds data, logs, pid and port file. One running platform per folder. */
  readonly stateDir: string;
  /** What to start; a part that another one needs is added. @default all four */
  readonly only?: readonly PartName[];
  /** `default`: the documented ports, or the next free ones; `free`: whatever the system gives. @default 'default' */
  readonly ports?: 'default' | 'free';
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress?: (event: ProgressEvent) => void;
  /** A part died more often than it is restarted; the caller should stop everything. */
  readonly onFatal?: (error: Error) => void;
  /** Aborting it while `startPlatform` is under way stops what was started; the promise then rejects. */
  readonly signal?: AbortSignal;
  /** Shared with other processes of the caller, who then closes it. @default one of its own */
  readonly guard?: Guard;
  /** Where downloads are kept. @default `.groundswell/parts` of the repository */
  readonly partsDir?: string;
}

/** A started platform. Addresses of parts that were not asked for are empty. */
export interface Platform {
  readonly kafkaBrokers: string;
  readonly schemaRegistryUrl: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly parts: readonly PartStatus[];
  /** Stops what was started, in reverse order; safe to call twice. */
  stop(): Promise<void>;
  /** Sends a signal to the part itself; if it dies of it, it is restarted with back-off. */
  kill(part: PartName, signal: NodeJS.Signals): void;
  /** Stops the part and leaves it down until `restart`. */
  halt(part: PartName): Promise<void>;
  /** Stops the part if it runs, starts it, and waits until it answers. */
  restart(part: PartName): Promise<void>;
  /** Process id of the running part; undefined when external or down. */
  pid(part: PartName): number | undefined;
}
