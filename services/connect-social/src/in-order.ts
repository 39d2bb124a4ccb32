import type { Publisher } from '@groundswell/connector';
import type { TopicName, TopicRecords } from '@groundswell/schemas';

/**
 * Publishes what has the same key one after the other: the next record leaves after the ack of the one before. Offered again after a refusal, a record could
 * otherwise pass a later one, and a compacted topic would keep a post instead of its deletion (R2).
 */
export type PublishInOrder = <T extends TopicName>(
  topic: T,
  key: string,
  record: TopicRecords[T] & { readonly eventId: string },
  acked: () => void,
) => void;

export function publishInOrder(publisher: Pick<Publisher, 'publish'>): PublishInOrder {
  /** Keys under way, with what waits for them. */
  const waiting = new Map<string, (() => void)[]>();
  return (topic, key, record, acked) => {
    const lane = `${topic}/${key}`;
    const send = (): void => {
      publisher.publish(topic, key, record, () => {
        acked();
        const next = waiting.get(lane)?.shift();
        if (next === undefined) waiting.delete(lane);
        else next();
      });
    };
    const line = waiting.get(lane);
    if (line === undefined) {
      waiting.set(lane, []);
      send();
    } else line.push(send);
  };
}
