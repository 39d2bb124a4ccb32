import { randomUUID } from 'node:crypto';
import { createLogger } from '@groundswell/runtime';
import { createRedis, type Redis } from '../src/index.ts';

export const log = createLogger({ service: 'redis-test', level: 'error' });

/** A connection in a lane of its own, whose keys are removed afterwards. */
export function connect(url: string): { readonly redis: Redis; close(): Promise<void> } {
  const lane = `test-${randomUUID().slice(0, 8)}`;
  const redis = createRedis({ url, lane, log });
  return {
    redis,
    close: async () => {
      const names = await redis.run((it) => it.keys(`gw:${lane}:*`));
      if (names.length > 0) await redis.run((it) => it.del(...names));
      await redis.close();
    },
  };
}

/** @throws if REDIS_URL is not set: an integration test never passes without its part (T4) */
export function redisUrl(): string {
  const url = process.env['REDIS_URL'];
  if (url === undefined) throw new Error('not run: REDIS_URL is not set');
  return url;
}
