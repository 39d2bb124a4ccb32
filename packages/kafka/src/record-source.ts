import type { Consumer, ConsumerConfig, EachBatchPayload } from 'kafkajs';
import { InvariantError, toError } from '@groundswell/domain';
import { UntrustedPeerError } from '@groundswell/runtime';
import type { RecordSource, SourceHandlers, TopicPartition } from '@groundswell/stream';
import type { KafkaClient } from './client.ts';
import { coLocatingAssigner, commonPartitionCount } from './co-locating-assigner.ts';
import { fromKafkaError, isFencedMember } from './convert-error.ts';
import { awaitCoordinator } from './coordinator.ts';
import { KafkaCrashedError, KafkaUnauthenticatedError } from './errors.ts';
import { markersBatch, toFetchedBatch, type MarkersOnly } from './fetched-batch.ts';
import { readLogRanges, readOffsetsAt, readPartitionCounts } from './log-reader.ts';
import { PartitionFlow, type FetchControl } from './partition-flow.ts';

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

const HEARTBEAT_MS = 3_000;

/** A cluster that is away for less than about five minutes is waited for; after that the consumer crashes (H7). */
const REACH_RETRY = { initialRetryTime: 200, retries: 60, maxRetryTime: 5_000 };

/** kafkajs never forgets failures while it runs, so the pause between its retries must stay short and their number large. */
const RUNNING_RETRY = {
  retries: 10_000,
  maxRetryTime: 5_000,
  restartOnFailure: (): Promise<boolean> => Promise.resolve(false),
};

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
  readonly #fetch: FetchControl;
  readonly #flow: PartitionFlow;
  #handlers: SourceHandlers | null = null;
  #disown: () => void = () => undefined;
  #commit: EachBatchPayload['commitOffsetsIfNecessary'] | null = null;
  #starting = false;
  #crash: Error | null = null;
  #stopped: Promise<void> | null = null;
  /** kafkajs throws when told anything before it runs or after it ended. */
  #listening = false;

  constructor(client: KafkaClient, options: RecordSourceOptions) {
    this.#client = client;
    this.#options = options;
    this.#consumer = client.instance(REACH_RETRY).consumer(consumerConfig(options));
    this.#fetch = this.#fetchControl();
    this.#flow = new PartitionFlow({
      logger: client.logger,
      fetch: this.#fetch,
      onBatch: async (batch, control) =>
        (await this.#handlers?.onBatch(batch, control)) ?? batch.fetchedOffset,
      onBug: (error) => {
        this.#onCrash(error);
      },
    });
  }

  async start(handlers: SourceHandlers): Promise<void> {
    if (this.#handlers !== null) throw new InvariantError('a record source is started once');
    this.#handlers = handlers;
    this.#disown = this.#client.own(() => this.stop());
    this.#listen();
    this.#starting = true;
    try {
      await this.#run();
    } catch (thrown) {
      throw fromKafkaError(thrown, 'start consumer');
    } finally {
      this.#starting = false;
    }
    if (this.#crash !== null) throw this.#crash;
  }

  seek(position: TopicPartition, offset: bigint): void {
    this.#flow.seek(position, offset);
  }

  pause(positions: readonly TopicPartition[]): void {
    this.#flow.setPaused(positions, true);
  }

  resume(positions: readonly TopicPartition[]): void {
    this.#flow.setPaused(positions, false);
  }

  /**
   * Offsets of partitions that are not ours, or beyond what this generation was given, are left out in silence: their owner commits
   * them. Sent once and without kafkajs's retry, which would send a refused commit again under the *next* generation (K4).
   * What the group refuses because we are no longer its member counts as not ours.
   * @throws KafkaUnavailableError
   */
  async commit(
    offsets: readonly (TopicPartition & { readonly nextOffset: bigint })[],
  ): Promise<void> {
    const ours = this.#flow.committable(offsets);
    if (this.#commit === null || ours.length === 0) return;
    try {
      await this.#commit({
        topics: ours.map(({ topic, partition, nextOffset }) => ({
          topic,
          partitions: [{ partition, offset: String(nextOffset) }],
        })),
      });
    } catch (thrown) {
      if (isFencedMember(thrown)) return;
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
    this.#listening = false;
    await this.#consumer.disconnect();
    await this.#flow.idle();
    this.#lose();
  }

  async #run(): Promise<void> {
    const { keyedTopics, broadcastTopics } = this.#options;
    const topics = [...keyedTopics, ...broadcastTopics];
    const counts = await readPartitionCounts(this.#client, topics);
    const countOf = (topic: string): number => counts.get(topic) ?? 0;
    const tasks = commonPartitionCount(keyedTopics, countOf);
    await awaitCoordinator(this.#client, this.#options.groupId, topics);
    await this.#consumer.connect();
    // `fromBeginning` only says where kafkajs jumps when our offset is out of range: there, a record that is not ours shows it.
    await this.#consumer.subscribe({ topics, fromBeginning: true });
    this.#listening = true;
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: Math.max(1, tasks || Math.max(...topics.map(countOf))),
      eachBatch: (payload) => this.#onKafkaBatch(payload),
    });
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
      this.#listening = false;
      this.#onCrash(crashOf(payload.error, payload.groupId));
    });
    this.#consumer.on(events.START_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) this.#onMarkersOnly(payload);
    });
  }

  #onJoined(assignment: Record<string, number[]>): void {
    this.#flow.assign(assignment);
    const numbers = this.#options.keyedTopics.flatMap((topic) => assignment[topic] ?? []);
    this.#tell((handlers) => {
      handlers.onAssigned([...new Set(numbers)].sort((a, b) => a - b));
    });
  }

  #lose(): void {
    this.#flow.lose();
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

  /** A handler that throws here has a bug: it must not reach kafkajs, which would retry it for ever. */
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
    if (!this.#flow.wants(payload.batch) || payload.isStale()) return;
    await this.#flow.take({
      batch: toFetchedBatch(payload.batch),
      heartbeat: () => payload.heartbeat(),
      resolve: () => {
        payload.resolveOffset(payload.batch.lastOffset());
      },
    });
  }

  /**
   * H5: kafkajs moves over a batch that holds only transaction markers or aborted records without calling anyone; this event is the
   * only trace. It becomes an ordinary batch without records. kafkajs moves on right after the event, so the position is set again.
   */
  #onMarkersOnly(payload: MarkersOnly): void {
    const position = this.#flow.positionOf(payload);
    if (position === null) return;
    this.#fetch.seek(payload, position);
    this.#flow.takeApart(markersBatch(payload, position));
  }

  #fetchControl(): FetchControl {
    const asTopics = ({
      topic,
      partition,
    }: TopicPartition): { topic: string; partitions: number[] }[] => [
      { topic, partitions: [partition] },
    ];
    return {
      seek: ({ topic, partition }, offset) => {
        if (this.#listening) this.#consumer.seek({ topic, partition, offset: String(offset) });
      },
      pause: (position) => {
        if (this.#listening) this.#consumer.pause(asTopics(position));
      },
      resume: (position) => {
        if (this.#listening) this.#consumer.resume(asTopics(position));
      },
    };
  }
}

/** A crash for want of trust or of rights says so; every other one is a crash. */
function crashOf(thrown: Error, groupId: string): Error {
  const error = fromKafkaError(thrown, 'consume');
  const isTold = error instanceof KafkaUnauthenticatedError || error instanceof UntrustedPeerError;
  return isTold ? error : new KafkaCrashedError(thrown, { groupId });
}

function consumerConfig(options: RecordSourceOptions): ConsumerConfig {
  const sessionTimeout = options.sessionTimeoutMs ?? 30_000;
  return {
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
  };
}
