import { createHash, randomBytes, randomUUID } from 'node:crypto';
import {
  createTokenSigner,
  createTokenVerifier,
  generateSigningKeyPem,
  type Scope,
} from '@groundswell/auth';
import { createKafkaClient } from '@groundswell/kafka';
import { createDatabase, dropLane, migrate, type Database } from '@groundswell/postgres';
import {
  cacheEpoch,
  createProjectionStore,
  createRedis,
  type ProjectionStore,
  type Redis,
  type SlotWrite,
} from '@groundswell/redis';
import {
  createHealth,
  createLogger,
  createMetrics,
  type LogFields,
  type Logger,
} from '@groundswell/runtime';
import type { Freshness } from '../../src/core/freshness.ts';
import type { Item } from '../../src/core/item.ts';
import { startServeApi, type ServeApi } from '../../src/index.ts';
import {
  laneConsumerGroup,
  recordMaps,
  type Mention,
  type Transaction,
} from '@groundswell/schemas';
import { nowMs, type Rec } from './records.ts';

export const quiet = createLogger({ service: 'serve-api-test', level: 'error' });
const issuer = 'https://issuer.test';
const jwksUrl = `${issuer}/keys`;

export type Role = 'none' | 'viewer' | 'analyst' | 'investor' | 'ops' | 'admin';
/** Whose key the role `investor` holds. */
export const ownKey = `v1:${createHash('sha256').update('one').digest('base64url')}`;
export const otherKey = `v1:${createHash('sha256').update('other').digest('base64url')}`;

const grants: Readonly<Record<Exclude<Role, 'none'>, readonly Scope[]>> = {
  viewer: ['features:read'],
  analyst: ['features:read', 'history:read'],
  investor: ['features:read', 'investor:self'],
  ops: ['features:read', 'history:read', 'ops'],
  admin: ['features:read', 'history:read', 'ops', 'admin'],
};

/** @throws if it is not set: an integration test never passes without its parts (T4) */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`not run: ${name} is not set`);
  return value;
}

/** Every field that a test reads from some answer; which of them are there depends on the operation. */
export interface Body {
  readonly as_of: string;
  readonly known_at: string;
  readonly served_from: string;
  readonly freshness: Freshness;
  readonly item: Item;
  readonly items: readonly Item[];
  readonly values: readonly { readonly item: Item | null; readonly freshness: Freshness }[];
  readonly next_cursor: string | null;
  readonly value: { readonly lineage: number; readonly revision: number } | null;
  readonly totals: Readonly<Record<string, unknown>>;
  readonly models: readonly object[];
  readonly flows: readonly object[];
  readonly sources: readonly object[];
  readonly kinds: readonly object[];
  readonly checkpoints: readonly object[];
  readonly balanced: boolean;
  readonly type: string;
  readonly detail: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

export interface Api {
  readonly port: number;
  get(path: string, role?: Role, init?: RequestInit): Promise<Answer>;
  /** POST of a JSON body; a text is sent as it is. */
  post(path: string, body: unknown, role?: Role, init?: RequestInit): Promise<Answer>;
  /** Lines of the log, as their message and fields. */
  readonly lines: readonly (LogFields & { readonly message: string })[];
  stop(): Promise<void>;
}

export interface Rig {
  readonly lane: string;
  readonly database: Database;
  readonly redis: Redis;
  readonly store: ProjectionStore;
  startApi(overrides?: Overrides): Promise<Api>;
  /** The cache is whole: as after a rebuild. */
  fillCache(writes: readonly SlotWrite[]): Promise<void>;
  commit(records: readonly Rec[]): Promise<void>;
  /** What the score stage keeps of the mentions of posts. */
  keep(mentions: readonly Mention[]): Promise<void>;
  /** What `derive-behaviour` keeps of bookings, known since now. */
  enter(transactions: readonly Transaction[]): Promise<void>;
  drop(): Promise<void>;
}

export interface Overrides {
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
  readonly requestBurst?: number;
  readonly withoutKafka?: true;
  readonly now?: () => number;
}

/** Real Postgres and Redis in a lane of its own, real tokens; the keys of the issuer come by a function instead of a socket. */
export async function makeRig(lane = `test-${randomUUID().slice(0, 8)}`): Promise<Rig> {
  const databaseUrl = setting('DATABASE_URL');
  const redisUrl = setting('REDIS_URL');
  const database = createDatabase({ url: databaseUrl, lane, applicationName: 'serve-api-test' });
  await migrate(database, nowMs);
  const redis = createRedis({ url: redisUrl, lane, log: quiet });
  const kafka = createKafkaClient({
    brokers: setting('KAFKA_BROKERS').split(','),
    clientId: 'serve-api-test',
  });
  const store = createProjectionStore(redis);
  const signer = await createTokenSigner({
    issuer,
    audience: 'groundswell',
    privateKeyPem: generateSigningKeyPem(),
    clock: { nowMs: () => Date.now() },
  });
  const tokens = new Map<Role, string>();
  for (const [role, scopes] of Object.entries(grants) as [Exclude<Role, 'none'>, Scope[]][]) {
    const token = await signer.sign({
      subject: `subject-${role}`,
      scopes,
      lifetimeMs: 600_000,
      ...(role === 'investor' ? { investorKey: ownKey } : {}),
    });
    tokens.set(role, token);
  }
  const running: Api[] = [];

  return {
    lane,
    database,
    redis,
    store,
    startApi: async (overrides = {}) => {
      const lines: (LogFields & { message: string })[] = [];
      const own = createRedis({
        url: overrides.redisUrl ?? redisUrl,
        lane,
        log: quiet,
      });
      if (overrides.redisUrl === undefined) await own.ping();
      const reading = createDatabase({
        url: overrides.databaseUrl ?? databaseUrl,
        lane,
        applicationName: 'serve-api-test',
        readOnly: true,
        statementTimeoutMs: 2000,
      });
      const clock = { nowMs: overrides.now ?? (() => nowMs), nowUs: () => nowMs * 1000 };
      const api = await startServeApi({
        lane,
        host: '127.0.0.1',
        port: 0,
        database: reading,
        redis: own,
        kafka: overrides.withoutKafka === true ? null : kafka,
        verifier: createTokenVerifier({
          issuer,
          audience: 'groundswell',
          jwksUrl,
          clock: { nowMs: () => Date.now() },
          fetch: () => Promise.resolve(Response.json({ keys: [signer.publicKey] })),
        }),
        requestPolicy:
          overrides.requestBurst === undefined
            ? { capacity: 100_000, refillPerSecond: 1000 }
            : { capacity: overrides.requestBurst, refillPerSecond: 0.01 },
        allowedOrigins: ['https://page.test'],
        trustedProxies: [],
        newTraceId: () => randomBytes(16).toString('hex'),
        clock,
        health: createHealth(),
        metrics: createMetrics('serve-api-test'),
        log: recorder(lines),
      });
      const handle: Api = {
        port: api.port,
        lines,
        get: (path, role = 'none', init = {}) => ask(api, tokens, path, role, init),
        post: (path, body, role = 'none', init = {}) => {
          const headers = new Headers(init.headers);
          if (!headers.has('content-type')) headers.set('content-type', 'application/json');
          const text = typeof body === 'string' ? body : JSON.stringify(body);
          return ask(api, tokens, path, role, { method: 'POST', body: text, ...init, headers });
        },
        stop: async () => {
          await api.stop();
          await own.close();
          await reading.close();
        },
      };
      running.push(handle);
      return handle;
    },
    fillCache: async (writes) => {
      await store.beginRebuild('test', 10_000);
      await store.writeRebuilt('test', 10_000, writes);
      await store.completeRebuild('test', await store.serverId(), cacheEpoch(1, 'test'), []);
    },
    commit: async (records) => {
      for (const { key, json } of records) {
        await database.query(
          `INSERT INTO feature_history (entity, feature_set, window_size_ms, window_start_us, window_end_us, lineage, revision,
             status, n, late_count, watermark_us, known_at_us, cause, record)
           VALUES ($1, $2, $3, $4, $5, $6, $7, 'PROVISIONAL', 1, 0, $4, $8, 'UPDATE', $9)`,
          [
            key.entity,
            key.featureSet,
            key.windowSizeMs,
            key.windowStartUs,
            key.windowEndUs,
            key.lineage,
            key.revision,
            key.knownAtUs,
            JSON.stringify(json),
          ],
        );
      }
    },
    keep: async (mentions) => {
      for (const mention of mentions) {
        await database.query(
          `INSERT INTO latest_record (topic, key, value_key, event_time_us, lineage, ver, record)
           VALUES ('social.mention.v1', $1, $2, $3, 1, 1, $4)
           ON CONFLICT (topic, value_key) DO UPDATE SET ver = latest_record.ver + 1, record = excluded.record`,
          [
            mention.instrumentId,
            `${mention.postId}|${mention.instrumentId}`,
            mention.eventTimeUs,
            JSON.stringify(recordMaps.Mention.toJson(mention)),
          ],
        );
      }
    },
    enter: async (transactions) => {
      const group = laneConsumerGroup(lane, 'derive-behaviour');
      await database.query(
        `INSERT INTO checkpoint (grp, task, topic, partition, partition_count, first_offset, next_offset)
         VALUES ($1, 0, 'brokerage.transaction.v1', 0, 6, 0, 0) ON CONFLICT DO NOTHING`,
        [group],
      );
      for (const one of transactions) {
        const body = Buffer.from(JSON.stringify(recordMaps.Transaction.toJson(one)));
        await database.query(
          `INSERT INTO journal (grp, event_id, task, key, event_time_us, body, body_hash, known_at_us)
           VALUES ($1, $2, 0, $3, $4, $5, '', $6)`,
          [group, one.eventId, one.investorKey, one.eventTimeUs, body, nowMs * 1000],
        );
      }
    },
    drop: async () => {
      for (const api of running) await api.stop();
      const names = await redis.run((it) => it.keys(`gw:${lane}:*`));
      if (names.length > 0) await redis.run((it) => it.del(...names));
      await redis.close();
      await kafka.close();
      await dropLane(database);
      await database.close();
    },
  };
}

async function ask(
  api: ServeApi,
  tokens: ReadonlyMap<Role, string>,
  path: string,
  role: Role,
  init: RequestInit,
): Promise<Answer> {
  const headers = new Headers(init.headers);
  const token = tokens.get(role);
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  const response = await fetch(`http://127.0.0.1:${api.port}${path}`, { ...init, headers });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: (isJson && text !== '' ? JSON.parse(text) : {}) as Body,
  };
}

function recorder(lines: (LogFields & { message: string })[]): Logger {
  const add = (message: string, fields: LogFields = {}): void => {
    lines.push({ ...fields, message });
  };
  const log: Logger = { debug: add, info: add, warn: add, error: add, child: () => log };
  return log;
}
