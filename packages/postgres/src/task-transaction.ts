import { hash } from 'node:crypto';
import { formatE18, parseE18 } from '@groundswell/domain';
import {
  FencedError,
  type Advance,
  type BatchWrites,
  type LatestRow,
  type Lease,
  type MarkRow,
  type TaskTransaction,
} from '@groundswell/stream';
import type { Queryable, Value } from './database.ts';

export interface FencedTransaction extends TaskTransaction {
  /** What was written, for the lease to follow after the commit. */
  moved(): { readonly advances: readonly Advance[]; readonly knownAtUs: number };
}

const sha256 = (bytes: Uint8Array | string): Buffer => hash('sha256', bytes, 'buffer');

/** The statements of one batch, each one row per key by UNNEST (X5, PF23). */
export function createTaskTransaction(
  tx: Queryable,
  lease: Lease,
  floorUs: number,
): FencedTransaction {
  const { group, task } = lease.id;
  const claimed: string[] = [];
  let moved: { advances: readonly Advance[]; knownAtUs: number } = { advances: [], knownAtUs: 0 };
  return {
    floorUs,
    moved: () => moved,

    async claimSeen(claims) {
      // Nearly all ids are new: only the others travel back.
      const rows = await tx.query<{ id: string }>(
        `WITH claim AS (
           SELECT * FROM unnest($3::text[], $4::bigint[], $5::bigint[]) AS c (id, at, time)
         ), fresh AS (
           INSERT INTO seen (grp, event_id, task, first_offset, event_time_us)
           SELECT $1, id, $2, at, time FROM claim ORDER BY id ON CONFLICT DO NOTHING RETURNING event_id
         )
         SELECT id FROM claim EXCEPT ALL SELECT event_id FROM fresh`,
        [
          group,
          task,
          claims.map((c) => c.eventId),
          claims.map((c) => c.offset),
          claims.map((c) => c.eventTimeUs),
        ],
      );
      return new Set(rows.map((row) => row.id));
    },

    async claimJournal(claims) {
      const ids = claims.map((c) => c.eventId);
      const hashes = claims.map((c) => sha256(c.content));
      const rows = await tx.query<{ event_id: string }>(
        `INSERT INTO journal (grp, event_id, task, key, event_time_us, body, body_hash)
         SELECT $1, c.id, $2, c.key, c.time, c.body, c.hash
         FROM unnest($3::text[], $4::text[], $5::bigint[], $6::bytea[], $7::bytea[]) AS c (id, key, time, body, hash)
         ORDER BY c.id ON CONFLICT DO NOTHING RETURNING event_id`,
        [
          group,
          task,
          ids,
          claims.map((c) => c.key),
          claims.map((c) => c.eventTimeUs),
          claims.map((c) => c.body),
          hashes,
        ],
      );
      const fresh = new Set(rows.map((row) => row.event_id));
      claimed.push(...fresh);
      if (fresh.size === claims.length) return { fresh, conflicts: new Set() };
      const other = await tx.query<{ id: string }>(
        `SELECT c.id FROM unnest($2::text[], $3::bytea[]) AS c (id, hash)
         JOIN journal j ON j.grp = $1 AND j.event_id = c.id AND j.body_hash <> c.hash`,
        [group, ids, hashes],
      );
      return { fresh, conflicts: new Set(other.map((row) => row.id)) };
    },

    async claimMarks(marks) {
      // Of several for one (instrument, time) in a batch the highest revision is written; the lower ones before it were new as well.
      const fresh = new Set<number>();
      const best = new Map<string, { index: number; mark: MarkRow }>();
      const known = await knownRevisions(tx, lease, marks);
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
            group,
            task,
            rows.map((m) => m.instrumentId),
            rows.map((m) => m.eventTimeUs),
            rows.map((m) => m.revision),
            rows.map((m) => formatE18(m.priceE18)),
          ],
        );
      }
      return fresh;
    },

    async state(keys) {
      const rows = await tx.query<{ key: string; part: string; body: Buffer }>(
        'SELECT key, part, body FROM state WHERE grp = $1 AND task = $2 AND key = ANY ($3::text[]) ORDER BY key, part',
        [group, task, keys],
      );
      return rows;
    },

    async pendingKeys(untilMs) {
      const rows = await tx.query<{ key: string }>(
        `SELECT key FROM state WHERE grp = $1 AND task = $2 AND pending_at_ms <= $3 ORDER BY key`,
        [group, task, untilMs],
      );
      return rows.map((row) => row.key);
    },

    async keysByTag(tags) {
      const rows = await tx.query<{ key: string }>(
        'SELECT key FROM state WHERE tags && $3::text[] AND grp = $1 AND task = $2 ORDER BY key',
        [group, task, tags],
      );
      return rows.map((row) => row.key);
    },

    async journal(keys) {
      const rows = await tx.query<{
        event_id: string;
        key: string;
        event_time_us: string;
        body: Buffer;
      }>(
        `SELECT event_id, key, event_time_us, body FROM journal
         WHERE grp = $1 AND task = $2 AND key = ANY ($3::text[]) ORDER BY event_time_us, event_id`,
        [group, task, keys],
      );
      return rows.map((row) => ({
        eventId: row.event_id,
        key: row.key,
        eventTimeUs: Number(row.event_time_us),
        body: row.body,
      }));
    },

    async newestMarks(instrumentIds) {
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
    },

    async markSpans(instrumentIds, boundsUs) {
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
    },

    async write(writes) {
      await stampJournal(tx, lease, writes, claimed);
      await writeState(tx, lease, writes);
      await writeOutbox(tx, lease, writes);
      await writeHistory(tx, lease, writes);
      await writeLatest(tx, lease, writes);
      await writeDeadLetters(tx, lease, writes);
      await writeLate(tx, lease, writes);
      await moveCheckpoint(tx, lease, writes);
      moved = {
        advances: writes.advances,
        knownAtUs: writes.outbox.length > 0 ? writes.knownAtUs : 0,
      };
    },
  };
}

/** Revisions kept at the (instrument, event time) of these marks. */
async function knownRevisions(
  tx: Queryable,
  { id }: Lease,
  marks: readonly MarkRow[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.query<{ instrument_id: string; event_time_us: string; revision: string }>(
    `SELECT m.instrument_id, m.event_time_us, m.revision
     FROM unnest($3::text[], $4::bigint[]) AS w (id, time)
     JOIN mark m ON m.grp = $1 AND m.task = $2 AND m.instrument_id = w.id AND m.event_time_us = w.time`,
    [id.group, id.task, marks.map((m) => m.instrumentId), marks.map((m) => m.eventTimeUs)],
  );
  return new Map(
    rows.map((row) => [`${row.instrument_id}|${row.event_time_us}`, Number(row.revision)]),
  );
}

/** What a batch learned became readable with what it published: the instant is known only now, long after the claim. */
async function stampJournal(
  tx: Queryable,
  { id }: Lease,
  { knownAtUs }: BatchWrites,
  eventIds: readonly string[],
): Promise<void> {
  if (eventIds.length === 0) return;
  await tx.query(
    'UPDATE journal SET known_at_us = $2 WHERE grp = $1 AND event_id = ANY ($3::text[])',
    [id.group, knownAtUs, eventIds],
  );
}

async function writeState(tx: Queryable, { id }: Lease, { state }: BatchWrites): Promise<void> {
  const gone = state.filter((row) => row.body === null);
  if (gone.length > 0) {
    await tx.query(
      `DELETE FROM state s USING unnest($3::text[], $4::text[]) AS d (key, part)
       WHERE s.grp = $1 AND s.task = $2 AND s.key = d.key AND s.part = d.part`,
      [id.group, id.task, gone.map((row) => row.key), gone.map((row) => row.part)],
    );
  }
  const puts = state.filter((row) => row.body !== null);
  if (puts.length === 0) return;
  const bodies = puts.map((row) => row.body ?? new Uint8Array());
  await tx.query(
    `INSERT INTO state (grp, task, key, part, ver, body, body_hash, pending_at_ms, tags)
     SELECT $1, $2, p.key, p.part, 1, p.body, p.hash, p.pending, string_to_array(p.tags, E'\\x1f')
     FROM unnest($3::text[], $4::text[], $5::bytea[], $6::bytea[], $7::bigint[], $8::text[])
       AS p (key, part, body, hash, pending, tags)
     ON CONFLICT (grp, task, key, part) DO UPDATE SET ver = state.ver + 1, body = excluded.body,
       body_hash = excluded.body_hash, pending_at_ms = excluded.pending_at_ms, tags = excluded.tags`,
    [
      id.group,
      id.task,
      puts.map((row) => row.key),
      puts.map((row) => row.part),
      bodies,
      bodies.map(sha256),
      puts.map((row) => row.pendingAtMs ?? null),
      puts.map((row) => row.tags?.join('\x1f') ?? null),
    ],
  );
}

async function writeOutbox(
  tx: Queryable,
  { id, lineage }: Lease,
  { outbox }: BatchWrites,
): Promise<void> {
  if (outbox.length === 0) return;
  await tx.query(
    `INSERT INTO outbox (grp, task, topic, key, event_id, value_key, lineage, ver, payload, payload_hash)
     SELECT $1, $2, o.topic, convert_to(o.key, 'UTF8'), o.event_id, o.value_key, $3, o.ver, o.payload, o.hash
     FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bytea[], $10::bytea[])
       WITH ORDINALITY AS o (topic, key, event_id, value_key, ver, payload, hash, position) ORDER BY o.position`,
    [
      id.group,
      id.task,
      lineage,
      outbox.map((row) => row.topic),
      outbox.map((row) => row.key),
      outbox.map((row) => row.eventId),
      outbox.map((row) => row.valueKey),
      outbox.map((row) => row.ver),
      outbox.map((row) => row.payload),
      outbox.map((row) => sha256(row.payload)),
    ],
  );
}

async function writeHistory(
  tx: Queryable,
  { lineage }: Lease,
  { history }: BatchWrites,
): Promise<void> {
  if (history.length === 0) return;
  await tx.query(
    `INSERT INTO feature_history (lineage, entity, feature_set, window_size_ms, window_start_us, window_end_us, revision,
       status, n, late_count, watermark_us, known_at_us, cause, record)
     SELECT $1, h.* FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
       $8::text[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::text[], $14::jsonb[]) AS h`,
    [
      lineage,
      history.map((row) => row.entity),
      history.map((row) => row.featureSet),
      history.map((row) => row.windowSizeMs),
      history.map((row) => row.windowStartUs),
      history.map((row) => row.windowEndUs),
      history.map((row) => row.revision),
      history.map((row) => row.status),
      history.map((row) => row.n),
      history.map((row) => row.lateCount),
      history.map((row) => row.watermarkUs),
      history.map((row) => row.knownAtUs),
      history.map((row) => row.cause),
      history.map((row) => row.recordJson),
    ],
  );
}

/** Only the newest of a value key counts, also within one batch (X5), and never over a newer one (I7). */
async function writeLatest(
  tx: Queryable,
  { lineage }: Lease,
  { latest }: BatchWrites,
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

async function writeDeadLetters(
  tx: Queryable,
  { id }: Lease,
  { deadLetters }: BatchWrites,
): Promise<void> {
  if (deadLetters.length === 0) return;
  await tx.query(
    `INSERT INTO dead_letter (grp, task, topic, partition, record_offset, stage, reason, error_class, attempt,
       record_key, record_value, failed_at_us, code_version)
     SELECT $1, $2, d.* FROM unnest($3::text[], $4::int[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::int[],
       $10::bytea[], $11::bytea[], $12::bigint[], $13::text[]) AS d ON CONFLICT DO NOTHING`,
    [
      id.group,
      id.task,
      ...columns(deadLetters, [
        (row) => row.topic,
        (row) => row.partition,
        (row) => row.offset,
        (row) => row.stage,
        (row) => row.reason,
        (row) => row.errorClass,
        (row) => row.attempt,
        (row) => row.key,
        (row) => row.value,
        (row) => row.failedAtUs,
        (row) => row.codeVersion,
      ]),
    ],
  );
}

async function writeLate(tx: Queryable, { id }: Lease, { late }: BatchWrites): Promise<void> {
  if (late.length === 0) return;
  await tx.query(
    `INSERT INTO late_record (grp, task, topic, partition, record_offset, event_id, entity, window_size_ms,
       window_start_us, reason, lateness_ms)
     SELECT $1, $2, l.* FROM unnest($3::text[], $4::int[], $5::bigint[], $6::text[], $7::text[], $8::bigint[], $9::bigint[],
       $10::text[], $11::bigint[]) AS l ON CONFLICT DO NOTHING`,
    [
      id.group,
      id.task,
      ...columns(late, [
        (row) => row.topic,
        (row) => row.partition,
        (row) => row.offset,
        (row) => row.eventId,
        (row) => row.entity,
        (row) => row.windowSizeMs,
        (row) => row.windowStartUs,
        (row) => row.reason,
        (row) => row.latenessMs,
      ]),
    ],
  );
}

/** The compare-and-set itself: every position of the task, moved or not, from where the lease stands (I2). */
async function moveCheckpoint(tx: Queryable, lease: Lease, writes: BatchWrites): Promise<void> {
  const moves = lease.positions.map((position) => {
    const advance = writes.advances.find(
      (candidate) =>
        candidate.topic === position.topic && candidate.partition === position.partition,
    );
    return { position, advance };
  });
  const count = (verdict: keyof Advance['counts']) =>
    moves.map(({ advance }) => advance?.counts[verdict] ?? 0);
  const updated = await tx.query(
    `UPDATE checkpoint c SET next_offset = m.upto, partition_clock_us = m.clock, last_known_at_us = $4,
       n_applied = n_applied + m.applied, n_deduped = n_deduped + m.deduped, n_late = n_late + m.late,
       n_dead = n_dead + m.dead, n_erased = n_erased + m.erased, n_marker = n_marker + m.marker, updated_at = now()
     FROM unnest($5::text[], $6::int[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[],
       $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[])
       AS m (topic, partition, start, upto, clock, applied, deduped, late, dead, erased, marker)
     WHERE c.grp = $1 AND c.task = $2 AND c.topic = m.topic AND c.partition = m.partition
       AND c.next_offset = m.start AND c.owner_epoch = $3 RETURNING 1`,
    [
      lease.id.group,
      lease.id.task,
      lease.ownerEpoch,
      writes.knownAtUs,
      moves.map(({ position }) => position.topic),
      moves.map(({ position }) => position.partition),
      moves.map(({ position }) => position.nextOffset),
      moves.map(({ position, advance }) => advance?.endOffset ?? position.nextOffset),
      moves.map(({ position, advance }) =>
        advance === undefined ? position.clockUs : advance.clockUs,
      ),
      count('applied'),
      count('deduped'),
      count('late'),
      count('dead'),
      count('erased'),
      count('marker'),
    ],
  );
  if (updated.length !== moves.length) {
    throw new FencedError({ group: lease.id.group, task: lease.id.task, updated: updated.length });
  }
}

function columns<Row>(
  rows: readonly Row[],
  pick: readonly ((row: Row) => Value)[],
): readonly Value[] {
  return pick.map((value) => rows.map(value));
}
