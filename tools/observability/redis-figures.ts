import type { Metrics } from '@groundswell/runtime';
import { risingCounter } from './rising-counter.ts';

/** `name:value` lines of INFO; headings and what is no number are left out. */
export function parseInfo(text: string): ReadonlyMap<string, number> {
  const pairs = text
    .split('\n')
    .map((line) => /^(\w+):([\d.]+)\r?$/.exec(line))
    .flatMap((match) => (match === null ? [] : [[match[1] ?? '', Number(match[2])] as const]));
  return new Map(pairs);
}

/** Keys of `db0:keys=12,expires=0,...`. */
export function keyCount(text: string): number {
  return [...text.matchAll(/^db\d+:keys=(\d+)/gm)].reduce((sum, [, keys]) => sum + Number(keys), 0);
}

/** What a Redis says about itself in INFO. */
export function createRedisFigures(metrics: Metrics): (info: string) => void {
  const memory = metrics.gauge({ name: 'redis_memory_bytes', help: 'Memory in use.' });
  const memoryMax = metrics.gauge({
    name: 'redis_memory_max_bytes',
    help: 'Limit of its memory; 0 = the machine.',
  });
  const clients = metrics.gauge({ name: 'redis_clients', help: 'Connected clients.' });
  const keys = metrics.gauge({ name: 'redis_keys', help: 'Keys of all lanes.' });
  const commands = risingCounter(
    metrics.counter({ name: 'redis_commands_total', help: 'Commands processed.' }),
  );
  const lookups = risingCounter(
    metrics.counter({
      name: 'redis_lookups_total',
      help: 'Reads of keys, by whether the key was there.',
      labels: ['outcome'],
    }),
  );
  const evicted = risingCounter(
    metrics.counter({
      name: 'redis_evicted_keys_total',
      help: 'Keys thrown out for want of memory. Never other than 0: the cache must refuse instead.',
    }),
  );
  const refused = risingCounter(
    metrics.counter({
      name: 'redis_connections_refused_total',
      help: 'Connections refused at the limit of clients.',
    }),
  );
  return (info) => {
    const figures = parseInfo(info);
    const of = (name: string): number => figures.get(name) ?? 0;
    memory.set(of('used_memory'));
    memoryMax.set(of('maxmemory'));
    clients.set(of('connected_clients'));
    keys.set(keyCount(info));
    commands(of('total_commands_processed'));
    lookups(of('keyspace_hits'), { outcome: 'hit' });
    lookups(of('keyspace_misses'), { outcome: 'miss' });
    evicted(of('evicted_keys'));
    refused(of('rejected_connections'));
  };
}
