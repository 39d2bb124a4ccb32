import { setInterval } from 'node:timers';
import { toError } from '@groundswell/domain';
import { createKafkaClient, createTopicsLook } from '@groundswell/kafka';
import { createDatabase } from '@groundswell/postgres';
import { createRedis } from '@groundswell/redis';
import type {
  DatabaseAccess,
  KafkaAccess,
  Lifecycle,
  Logger,
  Metrics,
  RedisAccess,
} from '@groundswell/runtime';
import { inLane, topics } from '@groundswell/schemas';
import { createKafkaFigures } from './kafka-figures.ts';
import { createPostgresFigures } from './postgres-figures.ts';
import { createRedisFigures } from './redis-figures.ts';

const LOOK_EVERY_MS = 5_000;

/** Where the parts are. */
export interface PartsAccess {
  readonly lane: string;
  readonly kafka: KafkaAccess;
  readonly database: DatabaseAccess;
  readonly redis: RedisAccess;
}

/**
 * Asks Kafka, Postgres and Redis how they are every five seconds and exports it, where no exporter of theirs runs beside them. A part that does not answer is `part_up` 0, and its other figures stay as they were: an alert names the part, not
 * each figure.
 */
export async function watchParts(
  context: { readonly log: Logger; readonly metrics: Metrics; readonly lifecycle: Lifecycle },
  access: PartsAccess,
): Promise<void> {
  const { log, metrics, lifecycle } = context;
  const { lane } = access;
  const kafka = createKafkaClient({ ...access.kafka, clientId: 'watch-parts', logger: log });
  lifecycle.onStop('kafka', () => kafka.close());
  const lookAtTopics = createTopicsLook(
    kafka,
    Object.keys(topics).map((topic) => inLane(lane, topic)),
  );
  const database = createDatabase({
    ...access.database,
    lane,
    applicationName: 'watch-parts',
    maxConnections: 1,
    readOnly: true,
  });
  lifecycle.onStop('postgres', () => database.close());
  const redis = createRedis({ ...access.redis, lane, log });
  lifecycle.onStop('redis', () => redis.close());
  const kafkaFigures = createKafkaFigures(metrics);
  const postgresFigures = createPostgresFigures(metrics);
  const redisFigures = createRedisFigures(metrics);
  const up = metrics.gauge({
    name: 'part_up',
    help: '1 while the part answers.',
    labels: ['part'],
  });

  const looks: Readonly<Record<string, () => Promise<void>>> = {
    kafka: async () => {
      kafkaFigures(await lookAtTopics());
    },
    postgres: () => postgresFigures(database),
    redis: async () => {
      redisFigures(await redis.run((client) => client.info()));
    },
  };
  const busy = new Set<string>();
  async function look(part: string, ask: () => Promise<void>): Promise<void> {
    if (busy.has(part)) return;
    busy.add(part);
    try {
      await ask();
      up.set(1, { part });
    } catch (thrown) {
      up.set(0, { part });
      log.warn('a part did not answer', { part, error: toError(thrown) });
    } finally {
      busy.delete(part);
    }
  }
  const lookAtAll = (): Promise<unknown> =>
    Promise.all(Object.entries(looks).map(([part, ask]) => look(part, ask)));
  await lookAtAll();
  const timer = setInterval(() => void lookAtAll(), LOOK_EVERY_MS);
  lifecycle.onStop('looking at parts', () => {
    clearInterval(timer);
  });
}
