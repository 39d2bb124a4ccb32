import type { TopicName, TopicRecords } from '@groundswell/schemas';

/**
 * What the processing core needs from a log (K-contract, processing.md section 12). No word of any client library stands here;
 * every adapter passes the same contract suite.
 */

/** Raw values by name; a name that occurs twice has all its values, and Kafka's values may be null. */
export type RecordHeaders = Readonly<Record<string, readonly (Uint8Array | null)[]>>;

/** One record as it stands in the log. Offsets are bigint: Kafka's are 64 bit. */
export interface LogRecord {
  readonly offset: bigint;
  readonly timestampMs: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: RecordHeaders;
}

/** What one fetch of one partition returned. `records` may be empty while offsets advance (markers, compaction). */
export interface FetchedBatch {
  readonly topic: string;
  readonly partition: number;
  /** Where the fetch asked to start: I5 compares this with the stored position. */
  readonly fetchedOffset: bigint;
  /** First offset after the batch, markers included. */
  readonly endOffset: bigint;
  /** End of the log when it was fetched. */
  readonly highWatermark: bigint;
  readonly records: readonly LogRecord[];
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Earliest offset still held, and the first offset not yet written. */
export interface LogRange {
  readonly startOffset: bigint;
  readonly endOffset: bigint;
}

export interface BatchControl {
  /** Keeps the group membership alive during long work. */
  heartbeat(): Promise<void>;
  /** The partition was taken from us: what this batch would do is void. */
  isStale(): boolean;
}

export interface SourceHandlers {
  /**
   * A new generation of the group. `partitions` are the numbers of the keyed partitions that are ours; broadcast topics are always
   * whole. Called after every rebalance, also with an unchanged assignment; positions are not valid until `seek`.
   */
  onAssigned(partitions: readonly number[]): void;
  /** All partitions are gone until the next `onAssigned`. */
  onLost(): void;
  /** Work on a batch and return the offset to go on at (anything else than `endOffset` seeks there). A throw keeps the position. */
  onBatch(batch: FetchedBatch, control: BatchControl): Promise<bigint>;
  /** The consumer cannot go on; the process should end (H7). */
  onCrash(error: Error): void;
}

/** A group consumer. It never moves a position by itself: no automatic reset, no automatic commit (I4, H4). */
export interface RecordSource {
  start(handlers: SourceHandlers): Promise<void>;
  seek(position: TopicPartition, offset: bigint): void;
  pause(positions: readonly TopicPartition[]): void;
  resume(positions: readonly TopicPartition[]): void;
  /** Group offsets, for lag tools only; call after the Postgres commit. `nextOffset` is the first offset not yet decided. */
  commit(offsets: readonly (TopicPartition & { readonly nextOffset: bigint })[]): Promise<void>;
  logRanges(topic: string): Promise<ReadonlyMap<number, LogRange>>;
  /** Offset of the first record with this timestamp or later; the end of the log if there is none. */
  offsetsAt(topic: string, timestampMs: number): Promise<ReadonlyMap<number, bigint>>;
  stop(): Promise<void>;
}

export interface OutgoingRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, Uint8Array | string>>;
}

/** Appends to the log; resolves only after the broker's ack of all in-sync replicas. */
export interface RecordSink {
  /** One partition per call; calls for one partition are serialised in call order (H1). */
  send(topic: string, partition: number, records: readonly OutgoingRecord[]): Promise<void>;
  /** Partition of a key: Java's murmur2, as every other Kafka client computes it. */
  partitionFor(topic: string, key: Uint8Array): Promise<number>;
  stop(): Promise<void>;
}

/** Bytes of one topic's records <-> values. Decoding is synchronous once `prepare` has seen the schema ids. */
export interface RecordCodec<T> {
  /** Resolve the writer schemas of these values. @throws retriable RegistryUnavailableError when the registry does not answer */
  prepare(values: Iterable<Uint8Array | null>): Promise<void>;
  /** @throws UndecodableError (not retriable) with the reason in `fields.reason` */
  decode(value: Uint8Array | null): T;
  encode(record: T): Uint8Array;
}

/** The codec of each topic that a topology names. */
export type Codecs = <N extends TopicName>(topic: N) => RecordCodec<TopicRecords[N]>;
