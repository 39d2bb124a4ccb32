import type { KafkaClient } from './client.ts';
import type { LogRange } from '@groundswell/stream';
import { fromKafkaError } from './convert-error.ts';

/** First and next offset of every partition. @throws KafkaUnavailableError */
export async function readLogRanges(
  client: KafkaClient,
  topic: string,
): Promise<ReadonlyMap<number, LogRange>> {
  const admin = await client.admin();
  try {
    const offsets = await admin.fetchTopicOffsets(topic);
    return new Map(
      offsets.map(({ partition, low, high }) => [
        partition,
        { startOffset: BigInt(low), endOffset: BigInt(high) },
      ]),
    );
  } catch (thrown) {
    throw fromKafkaError(thrown, 'read log ranges');
  }
}

/** Offset of the first record at or after a time, per partition; the end of the log where there is none. */
export async function readOffsetsAt(
  client: KafkaClient,
  topic: string,
  timestampMs: number,
): Promise<ReadonlyMap<number, bigint>> {
  const admin = await client.admin();
  try {
    const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, timestampMs);
    return new Map(offsets.map(({ partition, offset }) => [partition, BigInt(offset)]));
  } catch (thrown) {
    throw fromKafkaError(thrown, 'read offsets at a time');
  }
}

/** Number of partitions of each topic. @throws KafkaUnavailableError also when a topic does not exist (yet) */
export async function readPartitionCounts(
  client: KafkaClient,
  topics: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const admin = await client.admin();
  try {
    const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
    return new Map(metadata.topics.map(({ name, partitions }) => [name, partitions.length]));
  } catch (thrown) {
    throw fromKafkaError(thrown, 'read partition counts');
  }
}
