import type { Cause, Stage } from '@groundswell/schemas';
import type { RecordHeaders } from './ports.ts';
import type { StateWrite } from './topology.ts';

/** The task store: one transaction per batch, fenced by offsets and owner epoch (processing.md sections 2 and 3). */

export interface TaskId {
  readonly group: string;
  readonly task: number;
}

/** One checkpoint row as its owner knows it. Only `nextOffset` is ever stored or passed (OC2). */
export interface Position {
  readonly topic: string;
  readonly partition: number;
  nextOffset: bigint;
  clockUs: number | null;
}

/** Memory is valid only under the lease it was loaded with (I3). */
export interface Lease {
  readonly id: TaskId;
  readonly ownerEpoch: bigint;
  readonly lineage: number;
  readonly positions: readonly Position[];
  lastKnownAtUs: number;
}

export interface SourceStart {
  readonly topic: string;
  readonly partition: number;
  readonly partitionCount: number;
  /** Where a task begins that was never there before. */
  readonly startOffset: bigint;
}

export interface StateRow {
  readonly key: string;
  readonly part: string;
  readonly body: Uint8Array;
}
export interface JournalRow {
  readonly eventId: string;
  readonly key: string;
  readonly eventTimeUs: number;
  readonly body: Uint8Array;
}
export interface JournalClaim extends JournalRow {
  /** What makes two deliveries of one id the same: everything but how they were delivered. */
  readonly content: string;
}
export interface MarkRow {
  readonly instrumentId: string;
  readonly eventTimeUs: number;
  readonly revision: number;
  readonly priceE18: bigint;
}

/** Marks of one instrument in [bounds[index], bounds[index + 1]). */
export interface MarkSpanRow {
  readonly instrumentId: string;
  readonly index: number;
  readonly lowE18: bigint;
  readonly highE18: bigint;
  /** Of the newest mark of the span. */
  readonly lastE18: bigint;
}

export interface StateReader {
  state(keys: readonly string[]): Promise<readonly StateRow[]>;
  /** Keys with a header whose `pendingAtMs` is set and <= `untilMs`. */
  pendingKeys(untilMs: number): Promise<readonly string[]>;
  keysByTag(tags: readonly string[]): Promise<readonly string[]>;
  journal(keys: readonly string[]): Promise<readonly JournalRow[]>;
  /** The newest mark of each instrument (C13). */
  newestMarks(instrumentIds: readonly string[]): Promise<readonly MarkRow[]>;
  /** What the marks of each instrument span between neighbouring bounds, epoch micros ascending; spans without a mark have no row. */
  markSpans(
    instrumentIds: readonly string[],
    boundsUs: readonly number[],
  ): Promise<readonly MarkSpanRow[]>;
}

export interface SeenClaim {
  readonly eventId: string;
  readonly offset: bigint;
  readonly eventTimeUs: number;
}

export type Verdict = 'applied' | 'deduped' | 'late' | 'dead' | 'erased' | 'marker';
export type Counts = Record<Verdict, number>;

/** How one source partition moves in this transaction: from `nextOffset` of the lease to `endOffset`. */
export interface Advance {
  readonly topic: string;
  readonly partition: number;
  readonly endOffset: bigint;
  readonly clockUs: number | null;
  readonly counts: Counts;
}

export interface OutboxRow {
  readonly topic: string;
  readonly key: string;
  readonly eventId: string;
  readonly valueKey: string;
  readonly ver: number;
  readonly payload: Uint8Array;
  /** Of the input that made it, continued (H3). */
  readonly traceparent: string;
}

/** What history keeps of a published feature. */
export interface HistoryRow {
  readonly entity: string;
  readonly featureSet: string;
  readonly windowSizeMs: number;
  readonly windowStartUs: number;
  readonly windowEndUs: number;
  readonly revision: number;
  readonly status: string;
  readonly n: number;
  readonly lateCount: number;
  readonly watermarkUs: number;
  readonly knownAtUs: number;
  readonly cause: Cause;
  readonly recordJson: string;
}

/** The newest record of a value key, for lists of what was said last. A CANCEL takes the place of what it takes back. */
export interface LatestRow {
  readonly topic: string;
  /** The message key: lists are read by it. */
  readonly key: string;
  readonly valueKey: string;
  readonly eventTimeUs: number;
  readonly ver: number;
  readonly recordJson: string;
}

export interface DeadLetterRow {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly stage: Stage;
  readonly reason: string;
  readonly errorClass: string;
  readonly attempt: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: RecordHeaders;
  readonly timestampMs: number;
  readonly failedAtUs: number;
  readonly codeVersion: string;
}

export interface LateRow {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly eventId: string;
  readonly entity: string | null;
  readonly windowSizeMs: number;
  readonly windowStartUs: number;
  readonly reason: string;
  readonly latenessMs: number;
}

export interface BatchWrites {
  readonly state: readonly StateWrite[];
  readonly outbox: readonly OutboxRow[];
  readonly history: readonly HistoryRow[];
  readonly latest: readonly LatestRow[];
  readonly deadLetters: readonly DeadLetterRow[];
  readonly late: readonly LateRow[];
  readonly advances: readonly Advance[];
  readonly knownAtUs: number;
}

/** Inside the transaction, after the fence. */
export interface TaskTransaction extends StateReader {
  /** Nothing older than this is accepted: ids below it were forgotten (Q5). */
  readonly floorUs: number;
  /** Ids are distinct. Returns those that were there before. Sorted inside, so that two tasks never deadlock (seen (b)). */
  claimSeen(rows: readonly SeenClaim[]): Promise<ReadonlySet<string>>;
  /** As {@link claimSeen}, but returns those that were not there; `conflicts` are known ids that came with other content. */
  claimJournal(rows: readonly JournalClaim[]): Promise<{
    readonly fresh: ReadonlySet<string>;
    readonly conflicts: ReadonlySet<string>;
  }>;
  /** A mark is new if none is kept for its (instrument, event time) or its revision is higher; the argument's index decides identity. */
  claimMarks(rows: readonly MarkRow[]): Promise<ReadonlySet<number>>;
  write(writes: BatchWrites): Promise<void>;
}

export interface TaskStore {
  /** Raise the owner epoch and read the positions; missing rows are created at their start. */
  acquire(id: TaskId, sources: readonly SourceStart[]): Promise<Lease>;
  /**
   * Fence, run `body`, commit. The lease's positions move only after the commit.
   * @throws FencedError when the positions or the epoch are not ours; any error rolls back
   */
  transact<T>(lease: Lease, body: (tx: TaskTransaction) => Promise<T>): Promise<T>;
  /** Raise the floor to the slowest clock minus the horizon and forget the ids below it. Returns how many. */
  purgeSeen(group: string, horizonMs: number): Promise<number>;
  /** Forget the latest records of a topic that are older than its retention, by the group's newest clock. Returns how many. */
  purgeLatest(group: string, topic: string, retentionMs: number): Promise<number>;
}

export interface PendingRow {
  readonly id: bigint;
  readonly task: number;
  readonly topic: string;
  readonly key: Uint8Array;
  readonly eventId: string;
  readonly payload: Uint8Array;
  /** Null where the row was written before traces were. */
  readonly traceparent: string | null;
}

/** The outbox as its relay sees it (I8). */
export interface OutboxStore {
  /** Take the session lock of each task; returns those we now hold. Locks end with the session. */
  lock(group: string, tasks: readonly number[]): Promise<readonly number[]>;
  unlockAll(): Promise<void>;
  pending(group: string, tasks: readonly number[], limit: number): Promise<readonly PendingRow[]>;
  /** Only after the broker's ack: move the cursor forward (GREATEST) and delete the rows. */
  published(group: string, upTo: ReadonlyMap<number, bigint>): Promise<void>;
}
