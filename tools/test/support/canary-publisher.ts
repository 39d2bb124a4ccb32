import { setTimeout as sleep } from 'node:timers/promises';
import {
  createKafkaClient,
  createRecordCodec,
  createRecordSink,
  createRegistryClient,
  type KafkaClient,
} from '@groundswell/kafka';
import { inLane } from '@groundswell/schemas';
import { recordHeaders } from '@groundswell/stream';
import { canaryTrade, type CanaryKey } from '../../observability/canary.ts';

/** Trades of a canary instrument in a lane of the platform that `npm test` started. */
export interface CanaryPublisher {
  readonly kafka: KafkaClient;
  /** Physical name. */
  readonly topic: string;
  /** Trades number `from` to `to - 1`, a tenth of a second apart in event time, each acked before the next. */
  publish(from: number, to: number, paceMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** @param startUs event time of trade 0 */
export async function openCanaryPublisher(
  lane: string,
  key: CanaryKey,
  startUs: number,
): Promise<CanaryPublisher> {
  const kafka = createKafkaClient({
    brokers: required('KAFKA_BROKERS').split(','),
    clientId: 'rehearsal',
  });
  const sink = createRecordSink(kafka);
  const registry = createRegistryClient({ url: required('SCHEMA_REGISTRY_URL') });
  const codec = createRecordCodec(registry, 'market.trade.v1');
  await codec.ready();
  const topic = inLane(lane, 'market.trade.v1');
  return {
    kafka,
    topic,
    async publish(from, to, paceMs = 0) {
      for (let index = from; index < to; index += 1) {
        const trade = canaryTrade(key, startUs + index * 100_000);
        const headers = recordHeaders(trade.eventId);
        const value = codec.encode(trade);
        await sink.send(topic, key.partition, [{ key: Buffer.from(key.entity), value, headers }]);
        if (paceMs > 0) await sleep(paceMs);
      }
    },
    async close() {
      await sink.stop();
      await kafka.close();
    },
  };
}

/** @throws Error when the tests were not started by `npm test`, which starts the parts */
export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: start the parts by npm test`);
  return value;
}
