/**
 * A local Prometheus for `npm start -- --observability`: writes its configuration (TARGETS: JSON of job -> host:port; the rules of
 * infra/observability), runs it on PROMETHEUS_PORT, and ends when it ends. Its own /metrics has the figures of Kafka, Postgres and Redis. Needs `prometheus` on PATH (Debian: apt-get install prometheus).
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { field, fields, runService, startHealthServer } from '@groundswell/runtime';
import { z } from 'zod';
import { httpAnswers } from '../platform/probes.ts';
import { PlatformError } from '../platform/errors.ts';
import { prometheusConfig } from './prometheus-config.ts';
import { watchParts } from './watch-parts.ts';

const targetsSchema = z
  .string()
  .transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text)));
const declared = {
  lane: fields.lane,
  kafka: fields.kafka,
  database: fields.database,
  redis: fields.redis,
  host: fields.host,
  port: fields.port(9109),
  prometheusPort: field(
    'PROMETHEUS_PORT',
    z.coerce.number().int().default(9090),
    'Port of its page.',
  ),
  targets: field('TARGETS', targetsSchema, 'JSON object: job -> host:port.'),
  kafkaMetrics: field(
    'KAFKA_METRICS',
    z.string().default(''),
    "host:port of the broker's own figures; empty = none.",
  ),
  stateDir: field('STATE_DIR', z.string(), 'Folder for its data.'),
};

await runService('prometheus', declared, async (context) => {
  const { config, log, metrics, health, lifecycle } = context;
  const dir = join(config.stateDir, 'prometheus');
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'prometheus.yml');
  const rulesDir = join(import.meta.dirname, '../../infra/observability/rules');
  const address = `${config.host}:${config.prometheusPort}`;
  const targets = {
    ...config.targets,
    prometheus: address,
    'watch-parts': `${config.host}:${config.port}`,
    ...(config.kafkaMetrics === '' ? {} : { kafka: config.kafkaMetrics }),
  };
  writeFileSync(file, prometheusConfig(targets, rulesDir));
  const child = spawn(
    'prometheus',
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      '--storage.tsdb.retention.size=256MB',
      `--web.listen-address=${address}`,
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const ended = new Promise<void>((resolve) => {
    child.once('error', (cause) => {
      lifecycle.fail(
        new PlatformError('There is no prometheus on PATH: apt-get install prometheus.', cause),
      );
      resolve();
    });
    child.once('exit', (code) => {
      if (!child.killed) lifecycle.fail(new PlatformError(`Prometheus ended with ${code}.`));
      resolve();
    });
  });
  lifecycle.onStop('prometheus', () => {
    child.kill('SIGTERM');
    return ended;
  });
  health.addReadiness('prometheus', async () => ({
    ok: await httpAnswers(`http://${address}/-/ready`),
  }));
  await watchParts(context, config);
  const { host, port } = config;
  const server = await startHealthServer({ host, port, health, metrics, log });
  lifecycle.onStop('health server', () => server.stop());
  log.info('prometheus started', { address });
});
