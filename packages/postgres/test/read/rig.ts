import { randomUUID } from 'node:crypto';
import { formatIsoUs } from '@groundswell/domain';
import { createDatabase, dropLane, migrate, type Database } from '../../src/index.ts';

/** A lane of its own that is dropped afterwards. @throws if DATABASE_URL is not set (T4) */
export async function makeLane(): Promise<{
  readonly url: string;
  readonly lane: string;
  readonly database: Database;
  drop(): Promise<void>;
}> {
  const url = process.env['DATABASE_URL'];
  if (url === undefined) throw new Error('not run: DATABASE_URL is not set');
  const lane = `test-${randomUUID().slice(0, 8)}`;
  const database = createDatabase({ url, lane, applicationName: 'read-test' });
  await migrate(database, Date.UTC(2026, 10, 21));
  return {
    url,
    lane,
    database,
    drop: async () => {
      await dropLane(database);
      await database.close();
    },
  };
}

export interface Version {
  readonly entity: string;
  readonly featureSet?: string;
  readonly windowSizeMs?: number;
  readonly windowStartUs: number;
  readonly lineage?: number;
  readonly revision: number;
  readonly knownAtUs: number;
  readonly close?: string;
}

/** Puts rows into history as a derive service would. */
export async function insertHistory(
  database: Database,
  versions: readonly Version[],
): Promise<void> {
  for (const version of versions) {
    const { featureSet = 'market.bar', windowSizeMs = 60_000, lineage = 1 } = version;
    const endUs = version.windowStartUs + windowSizeMs * 1000;
    const record = {
      feature_set: featureSet,
      entity: version.entity,
      window_start: formatIsoUs(version.windowStartUs),
      lineage,
      revision: version.revision,
      close: version.close ?? '1',
    };
    await database.query(
      `INSERT INTO feature_history (entity, feature_set, window_size_ms, window_start_us, window_end_us, lineage, revision,
         status, n, late_count, watermark_us, known_at_us, cause, record)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'PROVISIONAL', 1, 0, $4, $8, 'UPDATE', $9)`,
      [
        version.entity,
        featureSet,
        windowSizeMs,
        version.windowStartUs,
        endUs,
        lineage,
        version.revision,
        version.knownAtUs,
        JSON.stringify(record),
      ],
    );
  }
}
