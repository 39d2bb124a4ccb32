import { randomBytes } from 'node:crypto';
import {
  createRecordCodec,
  createRecordSource,
  type KafkaClient,
  type RegistryClient,
} from '@groundswell/kafka';
import { inLane, type TopicName, type TopicRecords } from '@groundswell/schemas';

/** Every record that a topic of a lane holds now, partition after partition in log order. @throws KafkaUnavailableError */
export async function readTopic<T extends TopicName>(
  { kafka, registry, lane }: { kafka: KafkaClient; registry: RegistryClient; lane: string },
  topic: T,
): Promise<readonly TopicRecords[T][]> {
  const physical = inLane(lane, topic);
  const codec = createRecordCodec(registry, topic);
  const source = createRecordSource(kafka, {
    groupId: `${lane}.reader-${randomBytes(4).toString('hex')}`,
    keyedTopics: [],
    broadcastTopics: [physical],
  });
  const ranges = await source.logRanges(physical);
  const open = new Map([...ranges].filter(([, range]) => range.endOffset > range.startOffset));
  const found = new Map<number, TopicRecords[T][]>([...ranges].map(([one]) => [one, []]));
  if (open.size > 0) {
    await new Promise<void>((resolve, reject) => {
      const started = source.start({
        onAssigned() {
          for (const [partition, { startOffset }] of ranges) {
            source.seek({ topic: physical, partition }, startOffset);
          }
        },
        onLost: () => undefined,
        async onBatch({ partition, records, endOffset }) {
          await codec.prepare(records.map(({ value }) => value));
          for (const { value } of records) found.get(partition)?.push(codec.decode(value));
          if (endOffset >= (open.get(partition)?.endOffset ?? 0n)) open.delete(partition);
          if (open.size === 0) resolve();
          return endOffset;
        },
        onCrash: reject,
      });
      started.catch(reject);
    });
    await source.stop();
  }
  return [...found.values()].flat();
}
