import { InvariantError } from '@groundswell/domain';
import { inLane, topics, type TopicName, type TopicRecords } from '@groundswell/schemas';
import { recordHeaders, type OutgoingRecord } from '@groundswell/stream';
import type { EventSink } from './ports.ts';
import type { PublishSpans } from './publish-spans.ts';

/** What an event sink needs from the Kafka door: bytes of a record, and a queue that answers with the ack. */
export interface EventSinkParts {
  readonly lane: string;
  readonly codecFor: <T extends TopicName>(
    topic: T,
  ) => { ready(): Promise<void>; encode(record: TopicRecords[T]): Uint8Array };
  readonly batcher: { add(topic: string, record: OutgoingRecord): Promise<void> };
  /** Null = nobody wants spans, and nothing is done for them. */
  readonly spans?: PublishSpans | null;
}

/**
 * Event sink over a codec per topic and a batcher. Only topics that the catalogue lets `producer` write exist here. Each event starts a trace (H3).
 * @throws retriable while the registry is away
 */
export async function createEventSink(producer: string, parts: EventSinkParts): Promise<EventSink> {
  const encoders = new Map<TopicName, (record: never) => Uint8Array>();
  for (const { name, producers } of Object.values(topics)) {
    if (!(producers as readonly string[]).includes(producer)) continue;
    const codec = parts.codecFor(name);
    await codec.ready();
    encoders.set(name, (record) => codec.encode(record));
  }
  return {
    async publish(topic, key, eventId, record) {
      const encode = encoders.get(topic);
      if (encode === undefined) throw new InvariantError('topic not declared', { producer, topic });
      const physical = inLane(parts.lane, topic);
      const headers = recordHeaders(eventId);
      const acked = parts.batcher.add(physical, {
        key: Buffer.from(key, 'utf8'),
        value: encode(record as never),
        headers,
      });
      await (parts.spans?.(physical, headers, acked) ?? acked);
    },
  };
}
