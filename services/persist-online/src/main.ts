import { randomUUID } from 'node:crypto';
import { createKafkaClient, createRegistryClient } from '@groundswell/kafka';
import { createDatabase } from '@groundswell/postgres';
import { createRedis } from '@groundswell/redis';
import { runService, startHealthServer } from '@groundswell/runtime';
import { config } from './config.ts';
import { startPersistOnline } from './persist-online.ts';

await runService('persist-online', config, async (context) => {
  const { config: settings, log, metrics, health, lifecycle, clock } = context;
  const { lane } = settings;
  const server = await startHealthServer({ ...settings, health, metrics, log });
  lifecycle.onStop('health server', () => server.stop());

  const database = createDatabase({
    ...settings.database,
    lane,
    applicationName: 'persist-online',
    maxConnections: 2,
    readOnly: true,
  });
  lifecycle.onStop('postgres', () => database.close());
  const redis = createRedis({ ...settings.redis, lane, log });
  lifecycle.onStop('redis', () => redis.close());
  const kafka = createKafkaClient({
    ...settings.kafka,
    clientId: 'persist-online',
    logger: log,
  });
  lifecycle.onStop('kafka', () => kafka.close());

  const service = await startPersistOnline({
    lane,
    kafka,
    registry: createRegistryClient(settings.registry),
    database,
    redis,
    newId: () => randomUUID(),
    clock,
    metrics,
    log,
    onFatal: (error) => {
      lifecycle.fail(error);
    },
  });
  lifecycle.onStop('consumers', () => service.stop());
  health.addReadiness('cache', () => ({ ok: service.isFollowing() }));
  health.addReadiness('redis', async () => {
    await redis.ping();
    return { ok: true };
  });
});
