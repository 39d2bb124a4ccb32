import { isRetriable } from '@groundswell/domain';
import { createTopicAdmin, type KafkaClient } from '@groundswell/kafka';
import type { LogEnds } from '../ports.ts';

/** Ends of the log from the broker; null while it does not answer, or when no broker is configured. */
export function createLogEnds(kafka: KafkaClient | null): LogEnds {
  const admin = kafka === null ? null : createTopicAdmin(kafka);
  return {
    async of(topic) {
      if (admin === null) return null;
      try {
        const ranges = await admin.logRanges(topic);
        return new Map([...ranges].map(([partition, { endOffset }]) => [partition, endOffset]));
      } catch (thrown) {
        if (!isRetriable(thrown)) throw thrown;
        return null;
      }
    },
  };
}
