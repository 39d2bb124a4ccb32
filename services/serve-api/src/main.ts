import { randomBytes } from 'node:crypto';
import { createTokenVerifier } from '@groundswell/auth';
import { createKafkaClient } from '@groundswell/kafka';
import { createDatabase } from '@groundswell/postgres';
import { createRedis } from '@groundswell/redis';
import { runService } from '@groundswell/runtime';
import { config } from './config.ts';
import { startServeApi } from './serve-api.ts';

await runService('serve-api', config, async (context) => {
  const { config: settings, log, metrics, health, lifecycle, clock, spans } = context;
  const database = createDatabase({
    ...settings.database,
    lane: settings.lane,
    applicationName: 'serve-api',
    maxConnections: 8,
    readOnly: true,
    statementTimeoutMs: settings.statementTimeoutMs,
  });
  lifecycle.onStop('postgres', () => database.close());
  const redis = createRedis({
    ...settings.redis,
    lane: settings.lane,
    log,
    commandTimeoutMs: 1000,
  });
  lifecycle.onStop('redis', () => redis.close());
  const kafka =
    settings.kafka === null
      ? null
      : createKafkaClient({ ...settings.kafka, clientId: 'serve-api', logger: log });
  lifecycle.onStop('kafka', () => kafka?.close());

  const api = await startServeApi({
    ...settings,
    database,
    redis,
    kafka,
    verifier: createTokenVerifier({
      issuer: settings.issuerUrl,
      audience: settings.audience,
      jwksUrl: settings.jwksUrl ?? new URL('/.well-known/jwks.json', settings.issuerUrl).href,
      clock,
    }),
    requestPolicy: { capacity: settings.requestBurst, refillPerSecond: settings.requestsPerSecond },
    newTraceId: () => randomBytes(16).toString('hex'),
    clock,
    health,
    metrics,
    spans,
    log,
  });
  lifecycle.onStop('http', () => api.stop());

  // One store is enough to answer; with none there is nothing to say.
  health.addReadiness('stores', async () => {
    const up = await Promise.allSettled([database.ping(), redis.ping()]);
    const names = ['postgres', 'redis'].filter((_, i) => up[i]?.status === 'rejected');
    return names.length === 0
      ? { ok: true }
      : { ok: names.length < up.length, detail: `down: ${names.join(', ')}` };
  });
});
