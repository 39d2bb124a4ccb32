/**
 * Watches Kafka, Postgres and Redis where no Prometheus of `npm start` does: the figures are on its `/metrics`. A process of its own, beside
 * `watch`: it must tell of them when one of them is gone. Reads GW_LANE, KAFKA_BROKERS, DATABASE_URL, REDIS_URL, HOST, PORT (9110).
 */
import { fields, runService, startHealthServer } from '@groundswell/runtime';
import { watchParts } from './watch-parts.ts';

const declared = {
  lane: fields.lane,
  host: fields.host,
  port: fields.port(9110),
  kafka: fields.kafka,
  database: fields.database,
  redis: fields.redis,
};

await runService('watch-parts', declared, async (context) => {
  const { config, log, metrics, health, lifecycle } = context;
  await watchParts(context, config);
  const { host, port } = config;
  const server = await startHealthServer({ host, port, health, metrics, log });
  lifecycle.onStop('health server', () => server.stop());
});
