import type { JournalRow, StateRow, StateWrite, TaskId } from '@groundswell/stream';
import type { Queryable } from '../database.ts';
import { sha256 } from './columns.ts';

export async function readState(
  tx: Queryable,
  { group, task }: TaskId,
  keys: readonly string[],
): Promise<readonly StateRow[]> {
  const rows = await tx.query<{ key: string; part: string; body: Buffer }>(
    'SELECT key, part, body FROM state WHERE grp = $1 AND task = $2 AND key = ANY ($3::text[]) ORDER BY key, part',
    [group, task, keys],
  );
  return rows;
}

export async function pendingKeys(
  tx: Queryable,
  { group, task }: TaskId,
  untilMs: number,
): Promise<readonly string[]> {
  const rows = await tx.query<{ key: string }>(
    `SELECT key FROM state WHERE grp = $1 AND task = $2 AND pending_at_ms <= $3 ORDER BY key`,
    [group, task, untilMs],
  );
  return rows.map((row) => row.key);
}

export async function keysByTag(
  tx: Queryable,
  { group, task }: TaskId,
  tags: readonly string[],
): Promise<readonly string[]> {
  const rows = await tx.query<{ key: string }>(
    'SELECT key FROM state WHERE tags && $3::text[] AND grp = $1 AND task = $2 ORDER BY key',
    [group, task, tags],
  );
  return rows.map((row) => row.key);
}

export async function readJournal(
  tx: Queryable,
  { group, task }: TaskId,
  keys: readonly string[],
): Promise<readonly JournalRow[]> {
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
}

export async function writeState(
  tx: Queryable,
  { group, task }: TaskId,
  state: readonly StateWrite[],
): Promise<void> {
  const gone = state.filter((row) => row.body === null);
  if (gone.length > 0) {
    await tx.query(
      `DELETE FROM state s USING unnest($3::text[], $4::text[]) AS d (key, part)
       WHERE s.grp = $1 AND s.task = $2 AND s.key = d.key AND s.part = d.part`,
      [group, task, gone.map((row) => row.key), gone.map((row) => row.part)],
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
      group,
      task,
      puts.map((row) => row.key),
      puts.map((row) => row.part),
      bodies,
      bodies.map(sha256),
      puts.map((row) => row.pendingAtMs ?? null),
      puts.map((row) => row.tags?.join('\x1f') ?? null),
    ],
  );
}
