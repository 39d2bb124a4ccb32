/** Arm "unnest": one statement for any number of rows, an array per column, through the door that every service uses (PF23). */
import { runArm } from './arm.ts';
import { TABLE } from './rows.ts';

const UPSERT = `
  INSERT INTO ${TABLE} (entity, feature_set, window_size_ms, window_start_us, revision, sentiment, close, status)
  SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::float8[], $7::numeric[], $8::text[])
  ON CONFLICT (entity, feature_set, window_size_ms) DO UPDATE SET window_start_us = excluded.window_start_us,
    revision = excluded.revision, sentiment = excluded.sentiment, close = excluded.close, status = excluded.status`;

await runArm(({ database }) =>
  Promise.resolve({
    async upsert(batch) {
      await database.query(UPSERT, [
        batch.map((row) => row.entity),
        batch.map((row) => row.feature_set),
        batch.map((row) => row.window_size_ms),
        batch.map((row) => row.window_start_us),
        batch.map((row) => row.revision),
        batch.map((row) => row.sentiment),
        batch.map((row) => row.close),
        batch.map((row) => row.status),
      ]);
    },
    close: () => Promise.resolve(),
  }),
);
