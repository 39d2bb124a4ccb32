import { setTimeout as sleep } from 'node:timers/promises';
import { isRetriable } from '@groundswell/domain';
import { createTopicAdmin, type KafkaClient, type TopicAdmin } from '@groundswell/kafka';
import type { LogEnds } from '../ports.ts';

type Ends = ReadonlyMap<number, bigint>;

/** The client retries for much longer than anybody looks at a page that loads. */
const DEADLINE_MS = 2000;

/** Ends of the log from the broker; null while it does not answer in time, or when no broker is configured. */
export function createLogEnds(kafka: KafkaClient | null): LogEnds {
  const admin = kafka === null ? null : createTopicAdmin(kafka);
  return {
    async of(topic) {
      if (admin === null) return null;
      const isOver = new AbortController();
      const { signal } = isOver;
      try {
        return await Promise.race([readEnds(admin, topic), sleep(DEADLINE_MS, null, { signal })]);
      } finally {
        isOver.abort();
      }
    },
  };
}

async function readEnds(admin: TopicAdmin, topic: string): Promise<Ends | null> {
  try {
    const ranges = await admin.logRanges(topic);
    return new Map([...ranges].map(([partition, { endOffset }]) => [partition, endOffset]));
  } catch (thrown) {
    if (!isRetriable(thrown)) throw thrown;
    return null;
  }
}
