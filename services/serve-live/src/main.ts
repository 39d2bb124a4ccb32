import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createTokenVerifier } from '@groundswell/auth';
import {
  createKafkaClient,
  createRecordCodec,
  createRecordSource,
  createRegistryClient,
} from '@groundswell/kafka';
import { createDatabase } from '@groundswell/postgres';
import { createOnlineReader, createRedis } from '@groundswell/redis';
import { healthRoutes, listen, runService } from '@groundswell/runtime';
import { inLane, laneConsumerGroup } from '@groundswell/schemas';
import { configFields } from './config.ts';
import { startLive } from './live.ts';
import { createLiveMetrics } from './metrics.ts';
import { createSnapshotReader } from './adapters/snapshots.ts';
import { createTopology } from './topology.ts';

await runService('serve-live', configFields, async (context) => {
  const { config, log, metrics, health, lifecycle, clock } = context;
  const replicaId = randomUUID().slice(0, 8);

  const database = createDatabase({
    ...config.database,
    lane: config.lane,
    applicationName: 'serve-live',
    maxConnections: 4,
    readOnly: true,
    statementTimeoutMs: 3000,
  });
  lifecycle.onStop('postgres', () => database.close());
  const redis = createRedis({ ...config.redis, lane: config.lane, log });
  lifecycle.onStop('redis', () => redis.close());
  const kafka = createKafkaClient({
    ...config.kafka,
    clientId: 'serve-live',
    logger: log,
  });
  lifecycle.onStop('kafka', () => kafka.close());

  const registry = createRegistryClient(config.registry);
  const topology = createTopology();
  const source = createRecordSource(kafka, {
    // Every replica is a group of its own and reads everything.
    groupId: `${laneConsumerGroup(config.lane, 'serve-live')}.${replicaId}`,
    keyedTopics: [],
    broadcastTopics: topology.map(({ topic }) => inLane(config.lane, topic)),
  });

  const routes = healthRoutes(health, metrics);
  const httpServer = createServer((req, res) => {
    if (!routes(req, res)) res.writeHead(404).end();
  });

  const live = await startLive({
    replicaId,
    lane: config.lane,
    topology,
    source,
    codecs: new Map(topology.map(({ topic }) => [topic, createRecordCodec(registry, topic)])),
    snapshots: createSnapshotReader(database, createOnlineReader(redis)),
    verifier: createTokenVerifier({
      issuer: config.issuerUrl.replace(/\/$/, ''),
      audience: config.audience,
      jwksUrl: config.jwksUrl ?? new URL('/.well-known/jwks.json', config.issuerUrl).href,
      clock,
    }),
    httpServer,
    allowedOrigins: config.allowedOrigins,
    limits: config,
    log,
    metrics: createLiveMetrics(metrics),
    clock,
    onCrash: (error) => {
      lifecycle.fail(error);
    },
  });
  lifecycle.onStop('live', () => live.stop());
  health.addReadiness('log', () => ({ ok: live.isReady() }));
  health.addReadiness('postgres', async () => {
    await database.ping();
    return { ok: true };
  });

  const port = await listen(httpServer, config);
  log.info('gateway listening', { host: config.host, port, replicaId });
});
