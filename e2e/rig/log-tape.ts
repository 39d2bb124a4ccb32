import { randomBytes } from 'node:crypto';
import { createRecordSource, createTopicAdmin } from '@groundswell/kafka';
import { inLane, type TopicName } from '@groundswell/schemas';
import type { LogRecord } from '@groundswell/stream';
import type { Stack } from './stack.ts';

export interface TapeRecord extends LogRecord {
  readonly topic: TopicName;
  readonly partition: number;
}

/** Everything that the topics of a lane carried, bytes as they are, in the order of each partition. */
export interface LogTape {
  records(topic: TopicName): readonly TapeRecord[];
  /** First offset that is not on the tape, per partition. */
  nextOffsets(topic: TopicName): ReadonlyMap<number, bigint>;
  /** Null when the tape holds every record of the log, else what is missing. */
  behind(): Promise<string | null>;
  stop(): Promise<void>;
}

/** Follow topics from their beginning. `onRecord` sees each record once. */
export async function followTopics(
  { lane, kafka }: Pick<Stack, 'lane' | 'kafka'>,
  topics: readonly TopicName[],
  onRecord: (record: TapeRecord) => void = () => undefined,
): Promise<LogTape> {
  const logical = new Map(topics.map((topic) => [inLane(lane, topic), topic]));
  const tape = new Map<TopicName, Map<number, TapeRecord[]>>();
  const next = new Map<TopicName, Map<number, bigint>>(topics.map((topic) => [topic, new Map()]));
  let crash: Error | null = null;
  const source = createRecordSource(kafka, {
    groupId: `${lane}.tape-${randomBytes(4).toString('hex')}`,
    keyedTopics: [],
    broadcastTopics: [...logical.keys()],
  });
  const ranges = new Map(
    await Promise.all(
      [...logical].map(
        async ([physical, topic]) => [topic, await source.logRanges(physical)] as const,
      ),
    ),
  );
  await source.start({
    onAssigned() {
      for (const [physical, topic] of logical) {
        for (const [partition, { startOffset }] of ranges.get(topic) ?? []) {
          source.seek(
            { topic: physical, partition },
            next.get(topic)?.get(partition) ?? startOffset,
          );
        }
      }
    },
    onLost: () => undefined,
    onBatch(batch) {
      const topic = logical.get(batch.topic);
      const positions = topic === undefined ? undefined : next.get(topic);
      if (topic === undefined || positions === undefined) return Promise.resolve(batch.endOffset);
      const { partition } = batch;
      const partitions = tape.get(topic) ?? new Map<number, TapeRecord[]>();
      tape.set(topic, partitions);
      const records = partitions.get(partition) ?? [];
      partitions.set(partition, records);
      for (const record of batch.records) {
        if (record.offset < (positions.get(partition) ?? 0n)) continue;
        // Spelt out: fields of a record are made when they are read.
        const { offset, timestampMs, key, value, headers } = record;
        const taped = { topic, partition, offset, timestampMs, key, value, headers };
        records.push(taped);
        onRecord(taped);
      }
      positions.set(partition, batch.endOffset);
      return Promise.resolve(batch.endOffset);
    },
    onCrash: (error) => void (crash = error),
  });
  const admin = createTopicAdmin(kafka);

  return {
    records: (topic) => [...(tape.get(topic) ?? new Map<number, TapeRecord[]>()).values()].flat(),
    nextOffsets: (topic) => next.get(topic) ?? new Map<number, bigint>(),
    async behind() {
      if (crash !== null) throw crash;
      for (const [physical, topic] of logical) {
        for (const [partition, { startOffset, endOffset }] of await admin.logRanges(physical)) {
          const at = next.get(topic)?.get(partition) ?? startOffset;
          if (at < endOffset) return `${topic}/${partition} at ${at} of ${endOffset}`;
        }
      }
      return null;
    },
    stop: () => source.stop(),
  };
}
