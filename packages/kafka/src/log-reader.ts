import type { KafkaClient } from './client.ts';
import type { LogRange } from '@groundswell/stream';
import { fromKafkaError } from './convert-error.ts';
import { KafkaUnavailableError } from './errors.ts';

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
    throw fromOffsetsError(thrown, 'read log ranges');
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
    throw fromOffsetsError(thrown, 'read offsets at a time');
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

/**
 * kafkajs stumbles (TypeError) when a metadata refresh of another caller has just dropped the topic from what it knows: the next
 * question finds it again.
 */
function fromOffsetsError(thrown: unknown, doing: string): Error {
  return thrown instanceof TypeError
    ? new KafkaUnavailableError('Kafka is not available: metadata is on its way', thrown, { doing })
    : fromKafkaError(thrown, doing);
}
