import type { JournalClaim, SeenClaim, TaskId, TaskTransaction } from '@groundswell/stream';
import type { Queryable } from '../database.ts';
import { sha256 } from './columns.ts';

/** Which ids are known already. Sorted in the insert: two tasks that claim the same ids never deadlock (seen (b)). */
export async function claimSeen(
  tx: Queryable,
  { group, task }: TaskId,
  claims: readonly SeenClaim[],
): Promise<ReadonlySet<string>> {
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
}

/** Which ids are new, and which known ones came with other content (C14). */
export async function claimJournal(
  tx: Queryable,
  { group, task }: TaskId,
  claims: readonly JournalClaim[],
): ReturnType<TaskTransaction['claimJournal']> {
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
  if (fresh.size === claims.length) return { fresh, conflicts: new Set() };
  const other = await tx.query<{ id: string }>(
    `SELECT c.id FROM unnest($2::text[], $3::bytea[]) AS c (id, hash)
     JOIN journal j ON j.grp = $1 AND j.event_id = c.id AND j.body_hash <> c.hash`,
    [group, ids, hashes],
  );
  return { fresh, conflicts: new Set(other.map((row) => row.id)) };
}

/** What a batch learned became readable with what it published: the instant is known only now, long after the claim. */
export async function stampJournal(
  tx: Queryable,
  { group }: TaskId,
  eventIds: readonly string[],
  knownAtUs: number,
): Promise<void> {
  if (eventIds.length === 0) return;
  await tx.query(
    'UPDATE journal SET known_at_us = $2 WHERE grp = $1 AND event_id = ANY ($3::text[])',
    [group, knownAtUs, eventIds],
  );
}
