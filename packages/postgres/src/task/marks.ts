import { formatE18, parseE18 } from '@groundswell/domain';
import type { MarkRow, MarkSpanRow, TaskId } from '@groundswell/stream';
import type { Queryable } from '../database.ts';

/** Indexes of the marks that are new: none is kept for their (instrument, event time), or one of a lower revision. */
export async function claimMarks(
  tx: Queryable,
  id: TaskId,
  marks: readonly MarkRow[],
): Promise<ReadonlySet<number>> {
  // Of several for one (instrument, time) in a batch the highest revision is written; the lower ones before it were new as well.
  const fresh = new Set<number>();
  const best = new Map<string, { index: number; mark: MarkRow }>();
  const known = await knownRevisions(tx, id, marks);
  marks.forEach((mark, index) => {
    const key = `${mark.instrumentId}|${mark.eventTimeUs}`;
    const revision = best.get(key)?.mark.revision ?? known.get(key) ?? 0;
    if (mark.revision <= revision) return;
    fresh.add(index);
    best.set(key, { index, mark });
  });
  const rows = [...best.values()].map(({ mark }) => mark);
  if (rows.length > 0) {
    await tx.query(
      `INSERT INTO mark (grp, task, instrument_id, event_time_us, revision, price)
       SELECT $1, $2, m.* FROM unnest($3::text[], $4::bigint[], $5::bigint[], $6::numeric[]) AS m
       ON CONFLICT (grp, task, instrument_id, event_time_us)
       DO UPDATE SET revision = excluded.revision, price = excluded.price WHERE mark.revision < excluded.revision`,
      [
        id.group,
        id.task,
        rows.map((m) => m.instrumentId),
        rows.map((m) => m.eventTimeUs),
        rows.map((m) => m.revision),
        rows.map((m) => formatE18(m.priceE18)),
      ],
    );
  }
  return fresh;
}

/** Revisions kept at the (instrument, event time) of these marks. */
async function knownRevisions(
  tx: Queryable,
  { group, task }: TaskId,
  marks: readonly MarkRow[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.query<{ instrument_id: string; event_time_us: string; revision: string }>(
    `SELECT m.instrument_id, m.event_time_us, m.revision
     FROM unnest($3::text[], $4::bigint[]) AS w (id, time)
     JOIN mark m ON m.grp = $1 AND m.task = $2 AND m.instrument_id = w.id AND m.event_time_us = w.time`,
    [group, task, marks.map((m) => m.instrumentId), marks.map((m) => m.eventTimeUs)],
  );
  return new Map(
    rows.map((row) => [`${row.instrument_id}|${row.event_time_us}`, Number(row.revision)]),
  );
}

/** The newest mark of each instrument. */
export async function newestMarks(
  tx: Queryable,
  { group, task }: TaskId,
  instrumentIds: readonly string[],
): Promise<readonly MarkRow[]> {
  const rows = await tx.query<{
    instrument_id: string;
    event_time_us: string;
    revision: string;
    price: string;
  }>(
    `SELECT i.id AS instrument_id, m.event_time_us, m.revision, m.price::text
     FROM unnest($3::text[]) AS i (id)
     CROSS JOIN LATERAL (
       SELECT event_time_us, revision, price FROM mark
       WHERE grp = $1 AND task = $2 AND instrument_id = i.id ORDER BY event_time_us DESC LIMIT 1
     ) AS m`,
    [group, task, instrumentIds],
  );
  return rows.map((row) => ({
    instrumentId: row.instrument_id,
    eventTimeUs: Number(row.event_time_us),
    revision: Number(row.revision),
    priceE18: parseE18(row.price),
  }));
}

/** What the marks of each instrument span between neighbouring bounds. */
export async function markSpans(
  tx: Queryable,
  { group, task }: TaskId,
  instrumentIds: readonly string[],
  boundsUs: readonly number[],
): Promise<readonly MarkSpanRow[]> {
  const rows = await tx.query<{
    instrument_id: string;
    bucket: number;
    low: string;
    high: string;
    last: string;
  }>(
    `SELECT instrument_id, width_bucket(event_time_us, $4::bigint[]) AS bucket, min(price)::text AS low,
       max(price)::text AS high, (array_agg(price::text ORDER BY event_time_us DESC))[1] AS last
     FROM mark
     WHERE grp = $1 AND task = $2 AND instrument_id = ANY ($3::text[]) AND event_time_us >= $5 AND event_time_us < $6
     GROUP BY instrument_id, bucket`,
    [group, task, instrumentIds, boundsUs, boundsUs[0] ?? 0, boundsUs.at(-1) ?? 0],
  );
  return rows.map((row) => ({
    instrumentId: row.instrument_id,
    index: row.bucket - 1,
    lowE18: parseE18(row.low),
    highE18: parseE18(row.high),
    lastE18: parseE18(row.last),
  }));
}
