import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPlatform } from '../../tools/platform/index.ts';

/** The variables that name the four parts, and whatever else the environment holds. */
export type PlatformEnv = NodeJS.ProcessEnv &
  Readonly<Record<'KAFKA_BROKERS' | 'SCHEMA_REGISTRY_URL' | 'DATABASE_URL' | 'REDIS_URL', string>>;

/** Runs `body` on a platform in a folder of its own, gone afterwards; parts that the environment names are used as they are. */
export async function withPlatform<T>(body: (env: PlatformEnv) => Promise<T>): Promise<T> {
  const stateDir = mkdtempSync(join(tmpdir(), 'gw-bench-'));
  const platform = await startPlatform({ stateDir, ports: 'free', env: process.env });
  const interrupted = (): void => {
    void platform.stop().finally(() => process.exit(130));
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    return await body({
      ...process.env,
      KAFKA_BROKERS: platform.kafkaBrokers,
      SCHEMA_REGISTRY_URL: platform.schemaRegistryUrl,
      DATABASE_URL: platform.databaseUrl,
      REDIS_URL: platform.redisUrl,
    });
  } finally {
    await platform.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
}
