import type { TopicName, TopicRecords } from '@groundswell/schemas';
import type { StateReader } from './store.ts';

/** A decoded, valid record on its way to the operator. */
export type SourceEvent<N extends TopicName = TopicName> = {
  readonly [K in N]: {
    readonly topic: K;
    readonly eventId: string;
    /** What the state is kept by: the message key. */
    readonly entity: string;
    readonly eventTimeUs: number;
    readonly record: TopicRecords[K];
  };
}[N];

/** Why an event, or one window of it, was not counted because of its time. */
export interface LatePair {
  readonly windowSizeMs: number;
  readonly windowStartMs: number;
  readonly latenessMs: number;
  readonly reason: 'window_closed' | 'unknown_target' | 'moved_window';
}

/** Q7 and Q8: applied if at least one window took it. Late pairs of an applied event are stored, but do not change I13. */
export interface Applied {
  readonly verdict: 'applied' | 'late';
  readonly latePairs: readonly LatePair[];
}

/** What the runner adds to a derived record at the moment of publication. */
export interface Stamp {
  readonly lineage: number;
  readonly knownAtUs: number;
  readonly positions: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly nextOffset: number;
  }[];
}

/**
 * What Postgres keeps of an outgoing record besides the outbox: every version (features), the newest version of each value key until the
 * topic's retention has passed, or nothing.
 */
export type Keep = 'history' | 'latest' | 'nothing';

/** One outgoing record. `ver` rises by exactly 1 per record of a value key (I7). */
export type Derived<N extends TopicName = TopicName> = {
  readonly [K in N]: {
    readonly topic: K;
    readonly key: string;
    /** Entity of the events that it was made from: their trace goes on in it. @default the key */
    readonly inputEntity?: string;
    readonly valueKey: string;
    readonly eventId: (stamp: Stamp) => string;
    readonly ver: number;
    readonly build: (stamp: Stamp) => TopicRecords[K];
    readonly keep: Keep;
  };
}[N];

export interface StateWrite {
  readonly key: string;
  readonly part: string;
  /** null deletes the part. */
  readonly body: Uint8Array | null;
  /** Least event time at which the entity wants `advance` even without records of its own; null = never. */
  readonly pendingAtMs?: number | null;
  /** Names by which events of other keys find this entity. */
  readonly tags?: readonly string[] | null;
}

export interface OperatorOutput {
  readonly state: readonly StateWrite[];
  readonly derived: readonly Derived[];
}

export interface Progress {
  /** Greatest event time applied in the keyed partition; null before the first. */
  readonly partitionClockMs: number | null;
  /** Greatest event time applied from the broadcast topics; null before the first. */
  readonly broadcastClockMs: number | null;
  /** No record for the idle time of the wall clock, and none waiting in the log. */
  readonly idle: boolean;
  /** Of the host, ms. Only for what silence means: what lies ahead of this clock can still come, however silent it is now. */
  readonly wallClockMs: number;
}

/**
 * The memory of one task under one owner epoch. It is thrown away, never repaired, after any failed transaction, so it may be mutated
 * freely. Deterministic: no wall clock, no randomness (I6).
 */
export interface Operator<N extends TopicName = TopicName> {
  /**
   * Bring what these events touch into memory. Runs inside the transaction, after `fresh` were found to be new (and claimed in the store);
   * `conflicts` are known ids that came with other content.
   */
  prepare(
    fresh: readonly SourceEvent<N>[],
    reader: StateReader,
    conflicts: readonly SourceEvent<N>[],
  ): Promise<void>;
  apply(event: SourceEvent<N>): Applied;
  /** The first content stays, the fact is counted (C14). */
  conflict?(event: SourceEvent<N>): void;
  /** Announce what became final. Returns whether anything may have changed. */
  advance(progress: Progress, reader: StateReader): Promise<void>;
  /** Is there anything that an idle partition would make final by now? */
  hasPending(wallClockMs: number): boolean;
  take(): OperatorOutput;
}

export type Dedupe = 'seen' | 'journal' | 'mark';

/** How a task reads one topic. */
export interface SourceSpec<N extends TopicName> {
  readonly topic: N;
  readonly dedupe: Dedupe;
  /** Message key that the record must carry. */
  readonly entityOf: (record: TopicRecords[N]) => string;
  /** Range rules beyond the schema (Q2): the reason to dead-letter it, or null. */
  readonly validate: (record: TopicRecords[N]) => string | null;
  /** How far event_time may be ahead of ingest_time (W6); default is the catalogue's bound. */
  readonly futureBoundMs?: (record: TopicRecords[N]) => number;
  /** Has an age limit (Q5). Ledgers have none (L7). */
  readonly ageLimit: boolean;
  /** Records that are never too old: what only takes something away must do so however late it comes (R2). @default none */
  readonly ageless?: (record: TopicRecords[N]) => boolean;
  /** A batch is cut at this many records (processing.md section 2). */
  readonly maxRecords: number;
}

/** source topics -> steps -> outputs of one service: open a service's `topology.ts` first. */
export interface Topology<I extends TopicName = TopicName, O extends TopicName = TopicName> {
  readonly service: string;
  readonly sources: { readonly [K in I]: SourceSpec<K> };
  readonly outputs: readonly O[];
  /** Wall time without records after which a caught-up partition counts as idle (W4). */
  readonly idleMs: number;
  /** Least wall time between two commits of a task: more events share a transaction (PF20). */
  readonly commitEveryMs: number;
  createOperator(): Operator<I>;
}
