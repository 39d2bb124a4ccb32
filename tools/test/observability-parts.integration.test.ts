import { createDatabase, type Database } from '@groundswell/postgres';
import { createRedis, type Redis } from '@groundswell/redis';
import { createMetrics } from '@groundswell/runtime';
import { expect } from 'chai';
import { createPostgresFigures } from '../observability/postgres-figures.ts';
import { createRedisFigures } from '../observability/redis-figures.ts';

describe('figures of the parts', () => {
  const silent = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
    child: () => silent,
  };
  const required = (name: string): string => {
    const value = process.env[name];
    if (value === undefined) throw new Error(`${name} is not set: start the parts by npm test`);
    return value;
  };
  let database: Database;
  let redis: Redis;

  before(() => {
    const url = required('DATABASE_URL');
    database = createDatabase({ url, lane: 'live', applicationName: 'figures', readOnly: true });
    redis = createRedis({ url: required('REDIS_URL'), lane: 'live', log: silent });
  });
  after(async () => {
    await database.close();
    await redis.close();
  });

  /** Samples by name and labels, without the label `service`. */
  const samplesOf = (text: string): ReadonlyMap<string, number> =>
    new Map(
      [...text.matchAll(/^groundswell_(\w+)\{(.*)\} (\S+)$/gm)].map(
        ([, name, labels = '', value]) => [
          `${name}{${labels.replace(/,?service="test"/, '')}}`,
          Number(value),
        ],
      ),
    );

  it('are given by a real Postgres', async () => {
    const metrics = createMetrics('test');
    const look = createPostgresFigures(metrics);
    await look(database);
    await look(database);
    const samples = samplesOf(await metrics.text());
    expect(samples.get('postgres_connections_max{}')).to.be.greaterThan(10);
    expect(samples.get('postgres_database_bytes{}')).to.be.greaterThan(1_000_000);
    expect(samples.get('postgres_oldest_transaction_seconds{}')).to.be.at.least(0);
    for (const name of [
      'postgres_wal_bytes_total{}',
      'postgres_transactions_total{outcome="commit"}',
    ]) {
      expect(samples.get(name), name).to.be.at.least(0);
    }
  });

  it('are given by a real Redis', async () => {
    const metrics = createMetrics('test');
    const show = createRedisFigures(metrics);
    show(await redis.run((client) => client.info()));
    show(await redis.run((client) => client.info()));
    const samples = samplesOf(await metrics.text());
    expect(samples.get('redis_memory_bytes{}')).to.be.greaterThan(100_000);
    expect(samples.get('redis_clients{}')).to.be.at.least(1);
    expect(samples.get('redis_commands_total{}')).to.be.at.least(1);
  });
});
