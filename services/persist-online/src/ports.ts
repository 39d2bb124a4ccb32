import type { TopicPartition } from '@groundswell/stream';

/** What orders the values of one slot: compared in this order, as numbers (I7). */
export interface CacheVersion {
  readonly lineage: number;
  /** Epoch micros; 0 for values without a window. */
  readonly windowStartUs: number;
  readonly ver: number;
}

export type CacheTarget =
  | {
      readonly slot: {
        readonly featureSet: string;
        readonly entity: string;
        readonly windowSizeMs: number;
      };
    }
  | { readonly source: string }
  | { readonly gap: string };

/** One versioned value on its way into the cache. */
export interface CacheWrite {
  readonly target: CacheTarget;
  readonly version: CacheVersion;
  /** JSON of the record in wire names. */
  readonly record: unknown;
}

export interface CacheEpoch {
  readonly lineage: number;
  readonly rebuildId: string;
  readonly text: string;
}

export interface WriteCounts {
  readonly applied: number;
  readonly superseded: number;
  readonly same: number;
  readonly conflicts: number;
}

export type WriteOutcome =
  | { readonly kind: 'ok'; readonly counts: WriteCounts }
  | { readonly kind: 'rebuild' }
  | { readonly kind: 'moved'; readonly position: bigint };

/** The cache with its positions; values and position of a batch move in one atomic step. Outages are thrown as retriable. */
export interface CacheStore {
  accepts(write: CacheWrite): boolean;
  epoch(): Promise<CacheEpoch | null>;
  positions(of: readonly TopicPartition[]): Promise<(bigint | null)[]>;
  project(
    batch: TopicPartition & {
      readonly epoch: CacheEpoch;
      readonly expectedOffset: bigint;
      readonly nextOffset: bigint;
      readonly writes: readonly CacheWrite[];
    },
  ): Promise<WriteOutcome>;
  beginRebuild(id: string, ttlMs: number): Promise<boolean>;
  writeRebuilt(
    id: string,
    ttlMs: number,
    writes: readonly CacheWrite[],
  ): Promise<WriteCounts | null>;
  serverId(): Promise<string>;
  confirmedServer(): Promise<string | null>;
  confirmServer(serverId: string): Promise<void>;
  completeRebuild(
    id: string,
    serverId: string,
    epoch: CacheEpoch,
    positions: readonly (TopicPartition & { readonly nextOffset: bigint })[],
  ): Promise<boolean>;
  abandonRebuild(id: string): Promise<void>;
}

/** Where a page of the walk over history ended. */
export interface HistoryCursor {
  readonly entity: string;
  readonly featureSet: string;
  readonly windowSizeMs: number;
}

/** One latest value of history. */
export interface HistoryValue extends HistoryCursor {
  readonly windowStartUs: number;
  readonly lineage: number;
  readonly revision: number;
  readonly record: unknown;
}

/** Feature history in Postgres: what the cache is rebuilt from. */
export interface FeatureHistory {
  lineage(): Promise<number>;
  latestPage(after: HistoryCursor | null, limit: number): Promise<readonly HistoryValue[]>;
}
