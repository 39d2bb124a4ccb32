import type { OutgoingRecord, RecordSink } from '@groundswell/stream';
import { PartitionBatcher } from './partition-batcher.ts';

export interface MicroBatcherOptions {
  /** @default 500 */
  readonly maxRecords?: number;
  /** @default 65536 */
  readonly maxBytes?: number;
  /** How long the first record waits for company: 5-10 for ticks, 20-50 for slower topics (PF15). */
  readonly lingerMs: number;
  /** Records not yet acknowledged, over all partitions; beyond it `add` waits. @default 5000 */
  readonly maxPending?: number;
}

export interface MicroBatcher {
  /**
   * Resolves after the broker's ack. While too many records are unacknowledged it also waits for room: a source that awaits it (or
   * counts its open calls) reads no faster than Kafka takes.
   * @throws what the sink throws, for every record of the failed request
   */
  add(topic: string, record: OutgoingRecord): Promise<void>;
  /** Records added and not yet acknowledged. */
  pending(): number;
  /** Send what waits, and resolve when all that was added is acknowledged. @throws the first failure */
  flush(): Promise<void>;
}

/**
 * kafkajs has no linger: records are collected per partition here and sent together (PF15). All partitions are sent at the same ticks,
 * so that a reader's next fetch finds all of them; a partition each time would wake it for a few records. Keyless records go to
 * partition 0.
 */
export function createMicroBatcher(sink: RecordSink, options: MicroBatcherOptions): MicroBatcher {
  const { lingerMs, maxRecords = 500, maxBytes = 65_536, maxPending = 5_000 } = options;
  const batchers = new Map<string, PartitionBatcher>();
  const unacked = new Set<Promise<void>>();
  const waiting: (() => void)[] = [];
  let admitted = 0;
  let flushes = 0;
  let tick: NodeJS.Timeout | undefined;

  const batcherOf = (topic: string, partition: number): PartitionBatcher => {
    const name = `${topic}/${partition}`;
    let batcher = batchers.get(name);
    if (batcher === undefined) {
      const send = (records: readonly OutgoingRecord[]): Promise<void> =>
        sink.send(topic, partition, records);
      batcher = new PartitionBatcher(send, { maxRecords, maxBytes });
      batchers.set(name, batcher);
    }
    return batcher;
  };

  const startTick = (): void => {
    tick ??= setTimeout(() => {
      tick = undefined;
      for (const batcher of batchers.values()) batcher.sendDue();
    }, lingerMs);
  };

  const admit = async (): Promise<void> => {
    if (admitted < maxPending) admitted += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  // One leaves, the one that waited longest takes its place.
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) admitted -= 1;
    else next();
  };

  const deliver = async (topic: string, record: OutgoingRecord): Promise<void> => {
    await admit();
    try {
      const partition = record.key === null ? 0 : await sink.partitionFor(topic, record.key);
      const batcher = batcherOf(topic, partition);
      const acked = batcher.add(record);
      if (flushes > 0) batcher.sendNow();
      else startTick();
      await acked;
    } finally {
      leave();
    }
  };

  return {
    add: async (topic, record) => {
      const delivery = deliver(topic, record);
      unacked.add(delivery);
      try {
        await delivery;
      } finally {
        unacked.delete(delivery);
      }
    },
    pending: () => unacked.size,
    flush: async () => {
      flushes += 1;
      clearTimeout(tick);
      tick = undefined;
      for (const batcher of batchers.values()) batcher.sendNow();
      const results = await Promise.allSettled(unacked);
      flushes -= 1;
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  };
}
