import {
  createKafkaClient,
  createRecordCodec,
  createRecordSink,
  createRegistryClient,
} from '@groundswell/kafka';
import { inLane, type Transaction } from '@groundswell/schemas';
import { setting } from './rig.ts';

/** Publishes bookings as a connector would: keyed by the investor, in call order. */
export async function openPublisher(lane: string) {
  const client = createKafkaClient({
    brokers: setting('KAFKA_BROKERS').split(','),
    clientId: 'bookings',
  });
  const sink = createRecordSink(client);
  const registry = createRegistryClient({ url: setting('SCHEMA_REGISTRY_URL') });
  const codec = createRecordCodec(registry, 'brokerage.transaction.v1');
  await codec.ready();
  const topic = inLane(lane, 'brokerage.transaction.v1');
  return {
    async publish(transactions: readonly Transaction[]): Promise<void> {
      for (const one of transactions) {
        const key = Buffer.from(one.investorKey);
        const record = { key, value: codec.encode(one), headers: { event_id: one.eventId } };
        await sink.send(topic, await sink.partitionFor(topic, key), [record]);
      }
    },
    async close(): Promise<void> {
      await sink.stop();
      await client.close();
    },
  };
}
