import { randomUUID } from 'node:crypto';
import { createServer, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatE18 } from '@groundswell/domain';
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
  type MoodSeries,
  type SymbolMarket,
  type SymbolSentiment,
  type TopicName,
  type TopicRecords,
} from '@groundswell/schemas';
import { startPersistOnline, type PersistOnline } from '../../src/index.ts';
import { topicsOf, topology } from '../../src/topology.ts';

export const minuteUs = 60_000_000;
export const t0 = Date.UTC(2026, 10, 21, 12) * 1000;
export const log = createLogger({ service: 'persist-online-test', level: 'error' });

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

/** A minute bar. Its close names window, revision and lineage, so that a mix-up shows. */
export function aBar(entity: string, window: number, revision: number, lineage = 1): SymbolMarket {
  const price = BigInt(window * 1000 + revision) * 10n ** 18n;
  return {
    ...facts('market.bar', entity, window, revision, lineage),
    feed: 'coinbase',
    counts: { coinbase: revision },
    openE18: price,
    highE18: price,
    lowE18: price,
    closeE18: price,
    volumeE18: 10n ** 17n,
    tradeCount: revision,
    vwapE18: price,
    realisedVolatility: null,
    returnCount: null,
    conditionTable: null,
  };
}

/** A minute of mood; its score names the revision. */
export function aMood(entity: string, window: number, revision: number): SymbolSentiment {
  const series: MoodSeries = {
    sentiment: revision / 100,
    weightSum: 2,
    nEff: 2,
    dispersion: 0.25,
    positive: 1,
    neutral: 0,
    negative: 1,
    bullishnessRatio: 0,
    bullishness: 0,
    agreement: 0,
    disagreement: 1,
    bullShare: 0.5,
    bullShareLow: 0.1,
    bullShareHigh: 0.9,
  };
  return {
    ...facts('sentiment.window', entity, window, revision, 1),
    feed: null,
    counts: { 'bluesky-world': revision },
    raw: series,
    weighted: series,
    rawMinusWeighted: 0,
    skippedCount: 0,
    authorCount: 2,
    uniqueAuthorRatio: 1,
    effectiveAuthors: 2,
    topAuthorShare: 0.5,
    nearDuplicateShare: 0,
    newAccountShare: null,
    buzzZ: null,
    buzzHours: 0,
    pumpFlag: false,
    pumpReasons: [],
    approximate: false,
    models: ['social=vader-finance@1.0.0'],
  };
}

function facts(
  featureSet: string,
  entity: string,
  window: number,
  revision: number,
  lineage: number,
) {
  const windowStartUs = t0 + window * minuteUs;
  return {
    eventId: `${featureSet}|${entity}|${window}|${lineage}|${revision}`,
    op: 'CREATE',
    refEventId: null,
    source: 'test',
    eventTimeUs: windowStartUs + minuteUs - 1,
    ingestTimeUs: windowStartUs + minuteUs,
    sequence: null,
    eventTimeNanosRem: null,
    featureSet,
    entity,
    windowSizeMs: 60_000,
    windowStartUs,
    windowEndUs: windowStartUs + minuteUs,
    lineage,
    revision,
    status: 'PROVISIONAL',
    n: revision,
    lateCount: 0,
    watermarkUs: windowStartUs,
    knownAtUs: windowStartUs + revision,
    cause: 'UPDATE',
    positions: [],
    instrumentId: entity.split('@')[0] ?? '',
  } as const;
}

export function slotOf(entity: string): SlotKey {
  return { featureSet: 'market.bar', entity, windowSizeMs: 60_000 };
}

export function moodSlotOf(entity: string): SlotKey {
  return { featureSet: 'sentiment.window', entity, windowSizeMs: 60_000 };
}

export const closeOf = (bar: SymbolMarket): string => formatE18(bar.closeE18 ?? 0n);

/** Wait for a condition, never for a time (T3). */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  withinMs = 20_000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`did not happen: ${what}`);
    await sleep(20);
  }
}

/** Value of one metric line, 0 when it is not there. */
export async function metric(metrics: Metrics, ...parts: readonly string[]): Promise<number> {
  const lines = (await metrics.text()).split('\n');
  const line = lines.find(
    (one) => !one.startsWith('#') && parts.every((part) => one.includes(part)),
  );
  return Number(line?.split(' ').at(-1) ?? 0);
}

export interface Link {
  readonly port: number;
  /** Drop all connections and refuse new ones. */
  cut(): void;
  mend(): void;
  /** Connections refused while cut: proof that the fault was felt. */
  refused(): number;
  close(): Promise<void>;
}

/** A TCP proxy before Redis. */
async function makeLink(target: URL): Promise<Link> {
  let isCut = false;
  let refused = 0;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    if (isCut) {
      refused += 1;
      near.destroy();
      return;
    }
    const far = connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const dropAll = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: (server.address() as { port: number }).port,
    cut: () => {
      isCut = true;
      dropAll();
    },
    mend: () => {
      isCut = false;
    },
    refused: () => refused,
    close: () => {
      dropAll();
      return new Promise((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
    },
  };
}
