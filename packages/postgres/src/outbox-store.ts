import type { OutboxStore } from '@groundswell/stream';
import type { Database, Session } from './database.ts';

/** The outbox on Postgres: session locks on a connection of its own, one relay per task (I8). */
export function createOutboxStore(database: Database): OutboxStore {
  let session: Session | null = null;

  async function locked(group: string, tasks: readonly number[]): Promise<readonly number[]> {
    session ??= await database.session();
    const rows = await session.query<{ task: number; held: boolean }>(
      `SELECT t.task, pg_try_advisory_lock(hashtext($1), t.task) AS held FROM unnest($2::int[]) AS t (task)`,
      [`${database.schema}/${group}`, tasks],
    );
    return rows.filter((row) => row.held).map((row) => row.task);
  }

  async function drop(): Promise<void> {
    const gone = session;
    session = null;
    await gone?.close();
  }

  return {
    async lock(group, tasks) {
      try {
        // Start from nothing held: the lock of a task that we lost must not outlive its ownership.
        await session?.query('SELECT pg_advisory_unlock_all()');
        return await locked(group, tasks);
      } catch (thrown) {
        await drop();
        throw thrown;
      }
    },
    unlockAll: drop,
    async pending(group, tasks, limit) {
      const rows = await database.query<{
        id: string;
        task: number;
        topic: string;
        key: Buffer;
        event_id: string;
        payload: Buffer;
        traceparent: string | null;
      }>(
        `SELECT id, task, topic, key, event_id, payload, traceparent FROM outbox
         WHERE grp = $1 AND task = ANY ($2::int[]) ORDER BY id LIMIT $3`,
        [group, tasks, limit],
      );
      return rows.map((row) => ({
        id: BigInt(row.id),
        task: row.task,
        topic: row.topic,
        key: row.key,
        eventId: row.event_id,
        payload: row.payload,
        traceparent: row.traceparent,
      }));
    },
    async published(group, upTo) {
      const tasks = [...upTo.keys()];
      const ids = [...upTo.values()];
      await database.query(
        `WITH done AS (
           DELETE FROM outbox o USING unnest($2::int[], $3::bigint[]) AS u (task, id)
           WHERE o.grp = $1 AND o.task = u.task AND o.id <= u.id
         )
         INSERT INTO outbox_cursor (grp, task, published_id)
         SELECT $1, u.task, u.id FROM unnest($2::int[], $3::bigint[]) AS u (task, id)
         ON CONFLICT (grp, task) DO UPDATE SET published_id = greatest(outbox_cursor.published_id, excluded.published_id)`,
        [group, tasks, ids],
      );
    },
  };
}
