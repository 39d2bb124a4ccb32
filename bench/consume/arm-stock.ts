/**
 * Arm "stock": kafkajs as its documents show it, `eachBatch`, auto-commit off, decode with the stock registry client, one-minute bars by symbol in
 * memory. No durability, no dedupe, no lateness. Prints CPU seconds and the hash of its table.
 */
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import avro from 'avsc';
import { Kafka, logLevel } from 'kafkajs';
import { bytesToE18, e18ToBytes } from '@groundswell/domain';
import { count, report, table, type Bar } from './table.ts';

const { BROKERS = '', REGISTRY_URL = '', TOPIC = '', EVENTS = '0' } = process.env;
const wanted = Number(EVENTS);

class Decimal extends avro.types.LogicalType {
  override _fromValue(value: Buffer): bigint {
    return bytesToE18(value);
  }
  override _toValue(value: bigint): Buffer {
    return Buffer.from(e18ToBytes(value));
  }
}
const registry = new SchemaRegistry(
  { host: REGISTRY_URL },
  {
    AVRO: { logicalTypes: { decimal: Decimal } },
  },
);
const kafka = new Kafka({
  brokers: BROKERS.split(','),
  clientId: 'bench-stock',
  logLevel: logLevel.ERROR,
});
const consumer = kafka.consumer({
  groupId: `bench-stock-${process.pid}`,
  maxBytesPerPartition: 524_288,
  maxWaitTimeInMs: 100,
});
const began = process.cpuUsage();
await consumer.connect();
await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
const bars = new Map<string, Bar>();
let seen = 0;
await new Promise<void>((resolve, reject) => {
  consumer
    .run({
      autoCommit: false,
      partitionsConsumedConcurrently: 6,
      eachBatch: async ({ batch, heartbeat }) => {
        for (const message of batch.messages) {
          const trade = (await registry.decode(message.value!)) as {
            instrument_id: string;
            event_time: number;
            price: bigint;
            size: bigint;
          };
          count(bars, trade.instrument_id, trade.event_time, trade.price, trade.size);
          seen += 1;
        }
        await heartbeat();
        if (seen >= wanted) resolve();
      },
    })
    .catch(reject);
});
report(process.cpuUsage(began), wanted, table(bars));
await consumer.disconnect();
