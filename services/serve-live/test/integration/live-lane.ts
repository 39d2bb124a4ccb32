import { createLiveClient, type LiveClient } from '@groundswell/client';
import {
  createKafkaClient,
  createRecordCodec,
  createRecordSink,
  createRegistryClient,
  type KafkaClient,
} from '@groundswell/kafka';
import { inLane, type TopicName, type TopicRecords } from '@groundswell/schemas';
import type { RecordSink } from '@groundswell/stream';
import { openServiceLane, type RunningService, type ServiceLane } from '@groundswell/testkit';
import type { DevIssuer } from '../../../../tools/dev-issuer/src/index.ts';
import { startIssuer } from '../harness.ts';

/** The real service in a lane of its own, one client of it, and the log and tables that it reads. */
export interface LiveLane {
  open(): Promise<void>;
  close(): Promise<void>;
  /** Ends client and service, so that the next test starts its own. */
  reset(): Promise<void>;
  start(port?: string): Promise<void>;
  connect(...who: Parameters<DevIssuer['issue']>): LiveClient;
  append<T extends TopicName>(
    topic: T,
    key: string,
    records: readonly (TopicRecords[T] | Uint8Array)[],
  ): Promise<void>;
  /** Insert a row, by column. */
  store(table: string, row: Readonly<Record<string, unknown>>): Promise<void>;
  running(): RunningService;
  client(): LiveClient;
  issuer(): DevIssuer;
  shown(channel: string, key: string): Record<string, unknown> | undefined;
}

export function createLiveLane(): LiveLane {
  let lane: ServiceLane;
  let issuer: DevIssuer;
  let kafka: KafkaClient;
  let sink: RecordSink;
  let service: RunningService | undefined;
  let client: LiveClient | undefined;

  function running(): RunningService {
    if (service === undefined) throw new TypeError('the service does not run');
    return service;
  }
  function connected(): LiveClient {
    if (client === undefined) throw new TypeError('nobody is connected');
    return client;
  }

  return {
    async open() {
      issuer = await startIssuer();
      lane = await openServiceLane(process.env);
      kafka = createKafkaClient({
        brokers: (process.env['KAFKA_BROKERS'] ?? '').split(','),
        clientId: 'test',
      });
      sink = createRecordSink(kafka);
    },
    async close() {
      await sink.stop();
      await kafka.close();
      await lane.close();
      await issuer.stop();
    },
    async reset() {
      client?.close();
      await service?.kill('SIGTERM');
      service = undefined;
    },
    async start(port = '0') {
      service = await lane.start('services/serve-live/src/main.ts', {
        ISSUER_URL: issuer.url,
        PORT: port,
      });
    },
    connect(...who) {
      client = createLiveClient({
        url: running().url,
        getToken: async () => (await issuer.issue(...who)).access_token,
      });
      return client;
    },
    async append(topic, key, records) {
      const codec = createRecordCodec(
        createRegistryClient({ url: process.env['SCHEMA_REGISTRY_URL'] ?? '' }),
        topic,
      );
      await codec.ready();
      const physical = inLane(lane.lane, topic);
      const bytes = Buffer.from(key);
      await sink.send(
        physical,
        await sink.partitionFor(physical, bytes),
        records.map((record) => ({
          key: bytes,
          value: record instanceof Uint8Array ? record : Uint8Array.from(codec.encode(record)),
          headers: {},
        })),
      );
    },
    async store(table, row) {
      const names = Object.keys(row);
      await lane.database.query(
        `INSERT INTO ${table} (${names.join()}) VALUES (${names.map((_, i) => `$${String(i + 1)}`).join()})`,
        Object.values(row) as string[],
      );
    },
    running,
    client: connected,
    issuer: () => issuer,
    shown: (channel, key) =>
      client?.store.get(channel, key)?.data as Record<string, unknown> | undefined,
  };
}
