/**
 * Arm "read": the same bars in memory as arm "stock", read by our source and codec (lazy fetch decoding, records straight from the writer's
 * schema). What differs is only how bytes become records (G1). Prints CPU seconds of this process and the hash of its table.
 */
import {
  createKafkaClient,
  createRecordCodec,
  createRecordSource,
  createRegistryClient,
} from '@groundswell/kafka';
import { count, report, table, type Bar } from './table.ts';

const { BROKERS = '', REGISTRY_URL = '', TOPIC = '', EVENTS = '0' } = process.env;
const wanted = Number(EVENTS);
const kafka = createKafkaClient({ brokers: BROKERS.split(','), clientId: 'bench-read' });
const codec = createRecordCodec(createRegistryClient({ url: REGISTRY_URL }), 'market.trade.v1');
const source = createRecordSource(kafka, {
  groupId: `bench-read-${process.pid}`,
  keyedTopics: [TOPIC],
  broadcastTopics: [],
});
const bars = new Map<string, Bar>();
let seen = 0;
const began = process.cpuUsage();
await new Promise<void>((resolve, reject) => {
  source
    .start({
      onAssigned: (partitions) => {
        for (const partition of partitions) source.seek({ topic: TOPIC, partition }, 0n);
      },
      onLost: () => undefined,
      onBatch: async (batch) => {
        const values = batch.records.map(({ value }) => value);
        await codec.prepare(values);
        for (const value of values) {
          const { instrumentId, eventTimeUs, priceE18, sizeE18 } = codec.decode(value);
          count(bars, instrumentId, eventTimeUs, priceE18, sizeE18);
        }
        seen += values.length;
        if (seen >= wanted) resolve();
        return batch.endOffset;
      },
      onCrash: reject,
    })
    .catch(reject);
});
report(process.cpuUsage(began), wanted, table(bars));
await source.stop();
await kafka.close();
