import { expect } from 'chai';
import { isRetriable } from '@groundswell/domain';
import type { KafkaClient } from '../src/client.ts';
import { readLogRanges, readOffsetsAt } from '../src/log-reader.ts';

/** A client whose admin fails as kafkajs 2.2.4 does in `fetchTopicOffsets` while its metadata lacks the topic. */
function stumblingClient(): KafkaClient {
  const stumble = (): Promise<never> => {
    const high: { partitions: unknown }[] = [];
    return Promise.resolve().then(() => {
      const { partitions } = high.pop() as { partitions: unknown };
      throw new Error(String(partitions));
    });
  };
  const admin = { fetchTopicOffsets: stumble, fetchTopicOffsetsByTimestamp: stumble };
  return { admin: () => Promise.resolve(admin) } as unknown as KafkaClient;
}

describe('reading the ends of a log', () => {
  it('calls it an outage when kafkajs stumbles over its own metadata', async () => {
    for (const read of [
      () => readLogRanges(stumblingClient(), 't'),
      () => readOffsetsAt(stumblingClient(), 't', 0),
    ]) {
      const thrown = await read().then(
        () => null,
        (error: unknown) => error,
      );
      expect(isRetriable(thrown)).to.equal(true);
    }
  });
});
