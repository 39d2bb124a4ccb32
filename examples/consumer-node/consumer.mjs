/**
 * Reads a feature topic of Groundswell and keeps the newest version of every value. Uses nothing of the platform but its topics and its
 * registry.
 *
 *   node consumer.mjs feature.symbol.market.v1 [--max 100]
 *
 * KAFKA_BROKERS (default 127.0.0.1:19092), SCHEMA_REGISTRY_URL (default http://127.0.0.1:18081/apis/ccompat/v7), GROUP_ID
 */
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import avro from 'avsc';
import kafkajs from 'kafkajs';

const {
  KAFKA_BROKERS = '127.0.0.1:19092',
  SCHEMA_REGISTRY_URL = 'http://127.0.0.1:18081/apis/ccompat/v7',
  GROUP_ID = `example-node-${process.pid}`,
} = process.env;
const [topic = 'feature.symbol.market.v1', , max = 'Infinity'] = process.argv.slice(2);

/** Prices, sizes and money are decimals of scale 18: exact as text, wrong as a number. */
class Decimal extends avro.types.LogicalType {
  _fromValue(bytes) {
    const value = BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex') || '00'}`));
    const digits = String(value < 0n ? -value : value).padStart(19, '0');
    const text = `${digits.slice(0, -18)}.${digits.slice(-18)}`.replace(/\.?0+$/, '');
    return value < 0n ? `-${text}` : text;
  }
}

/** Which of two versions of one value is newer? A raised lineage wins, then the revision. Compared as numbers. */
const isNewer = (a, b) => a.lineage - b.lineage || a.revision - b.revision;
/** What a value is known by: a consumer upserts by it and never needs the order of arrival. */
const valueKeyOf = ({ feature_set, entity, window_size_ms, window_start }) =>
  window_size_ms === 0
    ? `${feature_set}|${entity}`
    : `${feature_set}|${entity}|${window_size_ms}|${window_start}`;

const registry = new SchemaRegistry(
  { host: SCHEMA_REGISTRY_URL },
  { AVRO: { logicalTypes: { decimal: Decimal } } },
);
const kafka = new kafkajs.Kafka({
  clientId: 'groundswell-example',
  brokers: KAFKA_BROKERS.split(','),
  logLevel: kafkajs.logLevel.ERROR,
});
const consumer = kafka.consumer({ groupId: GROUP_ID });
/** Stands for your table: newest version by value key. */
const values = new Map();
let seen = 0;

const stop = async () => {
  await consumer.disconnect();
  process.stderr.write(`${seen} records, ${values.size} values\n`);
};
process.once('SIGINT', stop).once('SIGTERM', stop);

await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message }) => {
    if (seen >= Number(max)) return;
    seen += 1;
    const value = await registry.decode(message.value);
    const key = valueKeyOf(value);
    const held = values.get(key);
    // Delivery is at least once: a repeat or an older version changes nothing.
    if (held === undefined || isNewer(value, held) > 0) {
      values.set(key, value);
      const { status, revision, n, watermark } = value;
      process.stdout.write(
        `${JSON.stringify({ key, status, revision, n, watermark, close: value.close, mood: value.weighted?.sentiment })}\n`,
      );
    }
    if (seen >= Number(max)) setImmediate(stop);
  },
});
