import type { HistoryRow, LatestRow, Lease, OutboxRow } from '@groundswell/stream';
import type { Queryable } from '../database.ts';
import { columns, sha256 } from './columns.ts';

/** In the order in which they were derived: the relay publishes by the id that the insert gives (I8). */
export async function writeOutbox(
  tx: Queryable,
  { id, lineage }: Lease,
  outbox: readonly OutboxRow[],
): Promise<void> {
  if (outbox.length === 0) return;
  await tx.query(
    `INSERT INTO outbox (grp, task, topic, key, event_id, value_key, lineage, ver, payload, payload_hash, traceparent)
     SELECT $1, $2, o.topic, convert_to(o.key, 'UTF8'), o.event_id, o.value_key, $3, o.ver, o.payload, o.hash, o.traceparent
     FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bytea[], $10::bytea[], $11::text[])
       WITH ORDINALITY AS o (topic, key, event_id, value_key, ver, payload, hash, traceparent, position) ORDER BY o.position`,
    [
      id.group,
      id.task,
      lineage,
      ...columns(outbox, [
        (row) => row.topic,
        (row) => row.key,
        (row) => row.eventId,
        (row) => row.valueKey,
        (row) => row.ver,
        (row) => row.payload,
        (row) => sha256(row.payload),
        (row) => row.traceparent,
      ]),
    ],
  );
}

/** Every version of a feature: append-only (N3). */
export async function writeHistory(
  tx: Queryable,
  { lineage }: Lease,
  history: readonly HistoryRow[],
): Promise<void> {
  if (history.length === 0) return;
  await tx.query(
    `INSERT INTO feature_history (lineage, entity, feature_set, window_size_ms, window_start_us, window_end_us, revision,
       status, n, late_count, watermark_us, known_at_us, cause, record)
     SELECT $1, h.* FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
       $8::text[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::text[], $14::jsonb[]) AS h`,
    [
      lineage,
      ...columns(history, [
        (row) => row.entity,
        (row) => row.featureSet,
        (row) => row.windowSizeMs,
        (row) => row.windowStartUs,
        (row) => row.windowEndUs,
        (row) => row.revision,
        (row) => row.status,
        (row) => row.n,
        (row) => row.lateCount,
        (row) => row.watermarkUs,
        (row) => row.knownAtUs,
        (row) => row.cause,
        (row) => row.recordJson,
      ]),
    ],
  );
}

/** Only the newest of a value key counts, also within one batch (X5), and never over a newer one (I7). */
export async function writeLatest(
  tx: Queryable,
  { lineage }: Lease,
  latest: readonly LatestRow[],
): Promise<void> {
  if (latest.length === 0) return;
  const newest = new Map<string, LatestRow>();
  for (const row of latest) {
    const key = `${row.topic} ${row.valueKey}`;
    if (row.ver > (newest.get(key)?.ver ?? 0)) newest.set(key, row);
  }
  const rows = [...newest.values()];
  await tx.query(
    `INSERT INTO latest_record AS l (topic, key, value_key, event_time_us, lineage, ver, record)
     SELECT r.topic, r.key, r.value_key, r.time, $1, r.ver, r.record
     FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::jsonb[])
       AS r (topic, key, value_key, time, ver, record) ORDER BY r.topic, r.value_key
     ON CONFLICT (topic, value_key) DO UPDATE SET key = excluded.key, event_time_us = excluded.event_time_us,
       lineage = excluded.lineage, ver = excluded.ver, record = excluded.record
     WHERE (l.lineage, l.ver) < (excluded.lineage, excluded.ver)`,
    [
      lineage,
      ...columns(rows, [
        (row) => row.topic,
        (row) => row.key,
        (row) => row.valueKey,
        (row) => row.eventTimeUs,
        (row) => row.ver,
        (row) => row.recordJson,
      ]),
    ],
  );
}
