import { randomInt } from 'node:crypto';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { GroundswellError, InvariantError, isRetriable, toError } from '@groundswell/domain';
import type {
  BatchControl,
  FetchedBatch,
  RecordSource,
  SourceHandlers,
  TopicPartition,
} from '@groundswell/stream';
import type { KafkaClient } from './client.ts';
import { coLocatingAssigner, commonPartitionCount } from './co-locating-assigner.ts';
import { fromKafkaError } from './convert-error.ts';
import { KafkaCrashedError } from './errors.ts';
import { offsetAfter, toFetchedBatch } from './fetched-batch.ts';
import { readLogRanges, readOffsetsAt, readPartitionCounts } from './log-reader.ts';
import type { Slot } from './slot.ts';
import { SlotTable } from './slot-table.ts';

export interface RecordSourceOptions {
  readonly groupId: string;
  /** Physical names. Partition p of all of them goes to one member. */
  readonly keyedTopics: readonly string[];
  /** Physical names. Every member reads them whole. */
  readonly broadcastTopics: readonly string[];
  /** How much one fetch brings per partition. @default 524288 (PF8) */
  readonly maxBytesPerPartition?: number;
  /** How long a fetch waits for the first record. @default 100 (PF8) */
  readonly maxWaitTimeMs?: number;
  /** Silence after which the group drops us. @default 30000 (H9) */
  readonly sessionTimeoutMs?: number;
  /** At least twice the batch budget. @default 60000 (H9) */
  readonly rebalanceTimeoutMs?: number;
}

const BACKOFF_BASE_MS = 200;
const BACKOFF_CAP_MS = 30_000;
const HEARTBEAT_MS = 3_000;

/** kafkajs never forgets failures while it runs, so the pause between its retries must stay short and their number large. */
const RUNNING_RETRY = { retries: 10_000, maxRetryTime: 5_000, restartOnFailure: neverRestart };

/**
 * A group consumer over kafkajs that keeps no truth: positions come from `seek` and from what `onBatch` returns, never from the
 * group's offsets, and nothing is fetched from a partition before its first `seek` of a generation. Pauses end with the generation.
 *
 * kafkajs recovers from OFFSET_OUT_OF_RANGE by jumping to the start of the log (tulios/kafkajs#1119). The jump is not hidden: the
 * next batch carries the offset that was really fetched, the core compares (I5) and returns its own position.
 */
export function createRecordSource(
  client: KafkaClient,
  options: RecordSourceOptions,
): RecordSource {
  return new KafkaRecordSource(client, options);
}

/** States: made -> started (generations come and go) -> crashed or stopped. Neither of the last two is left again. */
class KafkaRecordSource implements RecordSource {
  readonly #client: KafkaClient;
  readonly #options: RecordSourceOptions;
  readonly #consumer: Consumer;
  readonly #slots = new SlotTable();
  /** Work on batches that kafkajs does not wait for. */
  readonly #apart = new Set<Promise<void>>();
  #disown: () => void = () => undefined;
  #handlers: SourceHandlers | null = null;
  #commit: EachBatchPayload['commitOffsetsIfNecessary'] | null = null;
  #crash: Error | null = null;
  #starting = false;
  #stopped: Promise<void> | null = null;

  constructor(client: KafkaClient, options: RecordSourceOptions) {
    const sessionTimeout = options.sessionTimeoutMs ?? 30_000;
    this.#client = client;
    this.#options = options;
    this.#consumer = client.instance().consumer({
      groupId: options.groupId,
      partitionAssigners: [coLocatingAssigner(options)],
      sessionTimeout,
      rebalanceTimeout: options.rebalanceTimeoutMs ?? 60_000,
      heartbeatInterval: Math.min(HEARTBEAT_MS, Math.floor(sessionTimeout / 3)),
      maxBytesPerPartition: options.maxBytesPerPartition ?? 524_288,
      minBytes: 1,
      maxWaitTimeInMs: options.maxWaitTimeMs ?? 100,
      allowAutoTopicCreation: false,
      retry: RUNNING_RETRY,
    });
  }

  async start(handlers: SourceHandlers): Promise<void> {
    if (this.#handlers !== null) throw new InvariantError('a record source is started once');
    this.#handlers = handlers;
    this.#disown = this.#client.own(() => this.stop());
    this.#listen();
    this.#starting = true;
    try {
      const partitionsConsumedConcurrently = await this.#concurrency();
      await this.#consumer.connect();
      const topics = [...this.#options.keyedTopics, ...this.#options.broadcastTopics];
      // `fromBeginning` only says where kafkajs jumps when our offset is out of range: there, a foreign record always shows it.
      await this.#consumer.subscribe({ topics, fromBeginning: true });
      await this.#consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently,
        eachBatch: (payload) => this.#onKafkaBatch(payload),
      });
    } catch (thrown) {
      throw fromKafkaError(thrown, 'start consumer');
    } finally {
      this.#starting = false;
    }
    if (this.#crash !== null) throw this.#crash;
  }

  seek(position: TopicPartition, offset: bigint): void {
    const slot = this.#slots.find(position);
    if (slot === undefined) return;
    slot.seek(offset);
    this.#pointAt(slot, offset);
    this.#applyPause(slot);
  }

  pause(positions: readonly TopicPartition[]): void {
    this.#setPaused(positions, true);
  }

  resume(positions: readonly TopicPartition[]): void {
    this.#setPaused(positions, false);
  }

  /**
   * Offsets of partitions that are not ours, or beyond what this generation was given, are left out in silence: their owner commits
   * them. Sent once and without kafkajs's retry, which would send a refused commit again under the *next* generation (K4).
   */
  async commit(
    offsets: readonly (TopicPartition & { readonly nextOffset: bigint })[],
  ): Promise<void> {
    const commit = this.#commit;
    const ours = offsets.filter(
      (offset) => this.#slots.find(offset)?.mayCommit(offset.nextOffset) === true,
    );
    if (commit === null || ours.length === 0) return;
    try {
      await commit({
        topics: ours.map(({ topic, partition, nextOffset }) => ({
          topic,
          partitions: [{ partition, offset: String(nextOffset) }],
        })),
      });
    } catch (thrown) {
      throw fromKafkaError(thrown, 'commit group offsets');
    }
  }

  logRanges(topic: string): ReturnType<RecordSource['logRanges']> {
    return readLogRanges(this.#client, topic);
  }

  offsetsAt(topic: string, timestampMs: number): ReturnType<RecordSource['offsetsAt']> {
    return readOffsetsAt(this.#client, topic, timestampMs);
  }

  /** Waits for the batches under way, then leaves the group. */
  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  async #stop(): Promise<void> {
    this.#disown();
    await this.#consumer.disconnect();
    await Promise.allSettled(this.#apart);
    this.#lose();
  }

  /** H8: as many batches at once as there are tasks. */
  async #concurrency(): Promise<number> {
    const { keyedTopics, broadcastTopics } = this.#options;
    const counts = await readPartitionCounts(this.#client, [...keyedTopics, ...broadcastTopics]);
    const countOf = (topic: string): number => counts.get(topic) ?? 0;
    const keyed = commonPartitionCount(keyedTopics, countOf);
    return Math.max(1, keyed > 0 ? keyed : Math.max(...broadcastTopics.map(countOf)));
  }

  #listen(): void {
    const { events } = this.#consumer;
    this.#consumer.on(events.GROUP_JOIN, ({ payload }) => {
      this.#onJoined(payload.memberAssignment);
    });
    this.#consumer.on(events.REBALANCING, () => {
      this.#lose();
    });
    this.#consumer.on(events.CRASH, ({ payload }) => {
      this.#onCrash(new KafkaCrashedError(payload.error, { groupId: payload.groupId }));
    });
    this.#consumer.on(events.START_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) this.#onMarkersOnly(payload);
    });
  }

  #onJoined(assignment: Record<string, number[]>): void {
    this.#slots.assign(assignment);
    // Before the next fetch: kafkajs would begin at the group's offsets, which are not the truth (I4).
    for (const slot of this.#slots.all()) this.#applyPause(slot);
    const numbers = this.#options.keyedTopics.flatMap((topic) => assignment[topic] ?? []);
    this.#tell((handlers) => {
      handlers.onAssigned([...new Set(numbers)].sort((a, b) => a - b));
    });
  }

  #lose(): void {
    this.#slots.retireAll();
    this.#tell((handlers) => {
      handlers.onLost();
    });
  }

  #onCrash(error: Error): void {
    if (this.#crash !== null) return;
    this.#crash = error;
    this.#lose();
    if (!this.#starting) this.#handlers?.onCrash(error);
  }

  /** A handler that throws has a bug: say so, but never into kafkajs, which would retry for ever. */
  #tell(message: (handlers: SourceHandlers) => void): void {
    if (this.#handlers === null) return;
    try {
      message(this.#handlers);
    } catch (thrown) {
      this.#onCrash(toError(thrown));
    }
  }

  async #onKafkaBatch(payload: EachBatchPayload): Promise<void> {
    this.#commit = payload.commitOffsetsIfNecessary;
    const slot = this.#slots.find(payload.batch);
    // Fetched before a seek or pause: it comes again.
    if (slot === undefined || !slot.isOpen || payload.isStale()) return;
    const batch = toFetchedBatch(payload.batch);
    await this.#deliver(
      slot,
      batch,
      () => payload.heartbeat(),
      (next) => {
        if (next === batch.endOffset) payload.resolveOffset(payload.batch.lastOffset());
        else this.#pointAt(slot, next);
      },
    );
  }

  /**
   * H5: kafkajs moves over a batch that holds only transaction markers or aborted records without calling anyone; this event is the
   * only trace. It becomes an ordinary batch without records. kafkajs moves on right after this event, so the position is set again.
   */
  #onMarkersOnly(payload: MarkersOnly): void {
    const slot = this.#slots.find(payload);
    if (slot === undefined || slot.position === null) return;
    this.#pointAt(slot, slot.position);
    if (!slot.isOpen) return;
    const batch: FetchedBatch = {
      topic: payload.topic,
      partition: payload.partition,
      fetchedOffset:
        (payload.firstOffset as string | null) === null
          ? slot.position
          : BigInt(payload.firstOffset),
      endOffset: offsetAfter(payload.lastOffset),
      highWatermark: BigInt(payload.highWatermark),
      records: [],
    };
    // kafkajs does not wait for us here: no second batch of this partition may start meanwhile.
    this.#consumer.pause([{ topic: slot.topic, partitions: [slot.partition] }]);
    const work = this.#deliver(
      slot,
      batch,
      () => Promise.resolve(),
      (next) => {
        this.#pointAt(slot, next);
      },
    ).finally(() => {
      this.#apart.delete(work);
      if (this.#slots.find(slot) === slot) this.#applyPause(slot);
    });
    this.#apart.add(work);
  }

  async #deliver(
    slot: Slot,
    batch: FetchedBatch,
    heartbeat: () => Promise<void>,
    goOn: (next: bigint) => void,
  ): Promise<void> {
    const isStale = slot.begin(batch.endOffset);
    const control: BatchControl = { isStale, heartbeat: () => quietly(heartbeat) };
    try {
      const next = (await this.#handlers?.onBatch(batch, control)) ?? batch.fetchedOffset;
      if (isStale()) return;
      const progress = next > batch.fetchedOffset;
      slot.advance(next);
      goOn(next);
      // A first step back repairs a jump (H5); without progress again and again it would be a busy loop.
      slot.failures = progress ? 0 : slot.failures + 1;
      if (slot.failures > 1) this.#hold(slot);
    } catch (thrown) {
      if (isStale()) return;
      if (!isRetriable(thrown)) {
        this.#onCrash(toError(thrown));
        return;
      }
      slot.failures += 1;
      const { code } = thrown as GroundswellError;
      this.#client.logger.warn('batch failed for now', {
        topic: slot.topic,
        partition: slot.partition,
        attempt: slot.failures,
        code,
      });
      this.#hold(slot);
    }
  }

  /** Pause and try again later; the loop goes on, so membership is kept and the other partitions are not held up. */
  #hold(slot: Slot): void {
    const capMs = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** Math.min(slot.failures, 10));
    slot.hold(capMs / 2 + randomInt(capMs / 2), () => {
      this.#applyPause(slot);
    });
    this.#applyPause(slot);
  }

  #setPaused(positions: readonly TopicPartition[], paused: boolean): void {
    for (const position of positions) {
      const slot = this.#slots.find(position);
      if (slot === undefined) continue;
      slot.paused = paused;
      this.#applyPause(slot);
    }
  }

  #applyPause(slot: Slot): void {
    if (this.#stopped !== null || this.#crash !== null) return;
    const partitions = [{ topic: slot.topic, partitions: [slot.partition] }];
    if (slot.isOpen) this.#consumer.resume(partitions);
    else this.#consumer.pause(partitions);
  }

  #pointAt({ topic, partition }: TopicPartition, offset: bigint): void {
    if (this.#stopped !== null || this.#crash !== null) return;
    this.#consumer.seek({ topic, partition, offset: String(offset) });
  }
}

interface MarkersOnly extends TopicPartition {
  readonly firstOffset: string;
  readonly lastOffset: string;
  readonly highWatermark: string;
}

/** A heartbeat that fails is repeated by kafkajs's own loop, which then rejoins or crashes: not the batch's concern. */
async function quietly(heartbeat: () => Promise<void>): Promise<void> {
  await heartbeat().catch(() => undefined);
}

async function neverRestart(): Promise<boolean> {
  return await Promise.resolve(false);
}
