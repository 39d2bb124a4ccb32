import { randomUUID } from 'node:crypto';
import {
  createKafkaClient,
  createRecordCodec,
  createRecordSink,
  createRegistryClient,
  createTopicAdmin,
  subjectOf,
} from '@groundswell/kafka';
import { createDatabase, dropLane, migrate, type Database } from '@groundswell/postgres';
import {
  createOnlineReader,
  createRedis,
  type OnlineReader,
  type Redis,
  type SlotKey,
} from '@groundswell/redis';
import { createLogger, createMetrics, systemClock, type Metrics } from '@groundswell/runtime';
import {
  inLane,
  recordMaps,
  schemaTexts,
  topics,
  type SymbolMarket,
  type SymbolSentiment,
  type TopicName,
  type TopicRecords,
} from '@groundswell/schemas';
import { startPersistOnline, type PersistOnline } from '../../src/index.ts';
import { topicsOf, topology } from '../../src/topology.ts';
import { makeLink, type Link } from './link.ts';
import { minuteUs, t0 } from './records.ts';

const log = createLogger({ service: 'persist-online-test', level: 'error' });

/** @throws if it is not set: an integration test never passes without its parts (T4) */
function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`not run: ${name} is not set`);
  return value;
}

export interface Rig {
  readonly lane: string;
  readonly database: Database;
  readonly redis: Redis;
  readonly reader: OnlineReader;
  /** Cuts and mends the connection of the service to Redis. */
  readonly link: Link;
  start(): Promise<{
    readonly service: PersistOnline;
    readonly metrics: Metrics;
    stop(): Promise<void>;
  }>;
  publish<T extends TopicName>(
    topic: T,
    partition: number,
    records: readonly TopicRecords[T][],
  ): Promise<void>;
  publishBytes(topic: TopicName, partition: number, value: Uint8Array): Promise<void>;
  /** What derive-market commits: history first, the topic later. */
  commit(records: readonly (SymbolMarket | SymbolSentiment)[]): Promise<void>;
  /** `[window, revision]` of what the slot shows. */
  shown(slot: SlotKey): Promise<readonly [number, number] | null>;
  /** What FLUSHALL does, to this lane only: other tests share the server. */
  flush(): Promise<void>;
  drop(): Promise<void>;
}

/** Real Kafka, registry, Postgres and Redis in a lane of its own. */
export async function makeRig(redisUrl = setting('REDIS_URL')): Promise<Rig> {
  const lane = `test-${randomUUID().slice(0, 8)}`;
  const registryUrl = setting('SCHEMA_REGISTRY_URL');
  const database = createDatabase({
    url: setting('DATABASE_URL'),
    lane,
    applicationName: 'persist-online-test',
  });
  await migrate(database, t0 / 1000);
  const brokers = setting('KAFKA_BROKERS').split(',');
  const kafka = createKafkaClient({ brokers, clientId: 'persist-online-test' });
  const admin = createTopicAdmin(kafka);
  const registry = createRegistryClient({ url: registryUrl, timeoutMs: 10_000 });
  const names = Object.values(topology).flatMap((group) => topicsOf(group));
  await admin.ensureTopics(names.map((name) => ({ ...topics[name], name: inLane(lane, name) })));
  for (const name of names) {
    await registry.register(subjectOf(name), schemaTexts[topics[name].record]);
  }
  const sink = createRecordSink(kafka);
  const redis = createRedis({ url: redisUrl, lane, log });
  const reader = createOnlineReader(redis);
  const link = await makeLink(new URL(redisUrl));
  const started: { stop(): Promise<void> }[] = [];

  const send = (topic: TopicName, partition: number, values: readonly Uint8Array[]) =>
    sink.send(
      inLane(lane, topic),
      partition,
      values.map((value) => ({ key: Buffer.from('key'), value, headers: {} })),
    );

  async function flush(): Promise<void> {
    const found = await redis.run((it) => it.keys(`gw:${lane}:*`));
    if (found.length > 0) await redis.run((it) => it.del(...found));
  }

  return {
    lane,
    database,
    redis,
    reader,
    link,
    start: async () => {
      const metrics = createMetrics('test');
      const own = createRedis({
        url: `redis://127.0.0.1:${link.port}`,
        lane,
        log,
        commandTimeoutMs: 500,
      });
      const client = createKafkaClient({ brokers, clientId: `persist-online-${lane}` });
      const service = await startPersistOnline({
        lane,
        kafka: client,
        registry,
        database,
        redis: own,
        newId: () => randomUUID(),
        clock: systemClock,
        metrics,
        log,
        onFatal: (error) => {
          log.error('fatal', { error });
        },
      });
      const running = {
        stop: async () => {
          await service.stop();
          await client.close();
          await own.close();
        },
      };
      started.push(running);
      return { service, metrics, stop: running.stop };
    },
    publish: async (topic, partition, records) => {
      const codec = createRecordCodec(registry, topic);
      await codec.ready();
      await send(
        topic,
        partition,
        records.map((record) => codec.encode(record)),
      );
    },
    publishBytes: (topic, partition, value) => send(topic, partition, [value]),
    commit: async (records) => {
      const json = records.map((record) =>
        'weighted' in record
          ? recordMaps.SymbolSentiment.toJson(record)
          : recordMaps.SymbolMarket.toJson(record),
      );
      await database.query(
        `INSERT INTO feature_history (entity, feature_set, window_size_ms, window_start_us, window_end_us, lineage, revision,
           status, n, late_count, watermark_us, known_at_us, cause, record)
         SELECT r ->> 'entity', r ->> 'feature_set', (r ->> 'window_size_ms')::bigint, s, s + 60000000, (r ->> 'lineage')::bigint,
           (r ->> 'revision')::bigint, r ->> 'status', 1, 0, s, s, 'UPDATE', r
         FROM unnest($1::jsonb[], $2::bigint[]) AS t (r, s)`,
        [json.map((one) => JSON.stringify(one)), records.map((one) => one.windowStartUs)],
      );
    },
    shown: async (slot) => {
      const { slots } = await reader.readSlots([slot]);
      const [value = null] = slots;
      return value === null ? null : [(value.windowStartUs - t0) / minuteUs, value.ver];
    },
    flush,
    drop: async () => {
      for (const one of started) await one.stop();
      await link.close();
      await flush();
      await redis.close();
      await sink.stop();
      await admin.deleteTopics(names.map((name) => inLane(lane, name)));
      await kafka.close();
      await dropLane(database);
      await database.close();
    },
  };
}
