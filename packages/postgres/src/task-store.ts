import { FencedError, PartitionCountError, type Lease, type TaskStore } from '@groundswell/stream';
import type { Database, Queryable } from './database.ts';
import { createTaskTransaction } from './task-transaction.ts';

interface CheckpointRow {
  readonly topic: string;
  readonly partition: number;
  readonly partition_count: number;
  readonly next_offset: string;
  readonly owner_epoch: string;
  readonly partition_clock_us: string | null;
  readonly last_known_at_us: string;
}

const LOCKED_ROWS = `
  SELECT topic, partition, partition_count, next_offset, owner_epoch, partition_clock_us, last_known_at_us
  FROM checkpoint WHERE grp = $1 AND task = $2
  ORDER BY topic, partition FOR UPDATE`;

/** The task store on Postgres. All writes of processing state go through here, `task-transaction.ts` and `task/` (OC1). */
export function createTaskStore(database: Database): TaskStore {
  return {
    acquire: ({ group, task }, sources) =>
      database.transaction(async (tx) => {
        await tx.query(
          `INSERT INTO checkpoint (grp, task, topic, partition, partition_count, first_offset, next_offset)
           SELECT $1, $2, s.topic, s.partition, s.count, s.start, s.start
           FROM unnest($3::text[], $4::int[], $5::int[], $6::bigint[]) AS s (topic, partition, count, start)
           ORDER BY s.topic, s.partition
           ON CONFLICT DO NOTHING`,
          [
            group,
            task,
            sources.map((source) => source.topic),
            sources.map((source) => source.partition),
            sources.map((source) => source.partitionCount),
            sources.map((source) => source.startOffset),
          ],
        );
        const rows = await tx.query<CheckpointRow>(LOCKED_ROWS, [group, task]);
        for (const row of rows) {
          const source = sources.find(
            (s) => s.topic === row.topic && s.partition === row.partition,
          );
          if (source?.partitionCount !== row.partition_count) {
            throw new PartitionCountError({
              topic: row.topic,
              stored: row.partition_count,
              found: source?.partitionCount ?? 0,
            });
          }
        }
        const ownerEpoch =
          rows.reduce((greatest, row) => max(greatest, BigInt(row.owner_epoch)), 0n) + 1n;
        await tx.query('UPDATE checkpoint SET owner_epoch = $3 WHERE grp = $1 AND task = $2', [
          group,
          task,
          ownerEpoch,
        ]);
        await tx.query('INSERT INTO floor (grp, value_us) VALUES ($1, 0) ON CONFLICT DO NOTHING', [
          group,
        ]);
        const [lineage] = await tx.query<{ value: string }>('SELECT value FROM lineage');
        const lease: Lease = {
          id: { group, task },
          ownerEpoch,
          lineage: Number(lineage?.value),
          lastKnownAtUs: Math.max(0, ...rows.map((row) => Number(row.last_known_at_us))),
          positions: rows.map((row) => ({
            topic: row.topic,
            partition: row.partition,
            nextOffset: BigInt(row.next_offset),
            clockUs: row.partition_clock_us === null ? null : Number(row.partition_clock_us),
          })),
        };
        return lease;
      }),

    async transact(lease, body) {
      const transaction = await database.transaction(async (tx) => {
        await fence(tx, lease);
        const [floor] = await tx.query<{ value_us: string }>(
          'SELECT value_us FROM floor WHERE grp = $1 FOR SHARE',
          [lease.id.group],
        );
        const inner = createTaskTransaction(tx, lease, Number(floor?.value_us ?? 0));
        return { result: await body(inner), moved: inner.moved() };
      });
      // Only now: an unknown or failed commit leaves the lease behind, and the next fence tells (X3).
      for (const { topic, partition, endOffset, clockUs } of transaction.moved.advances) {
        const position = lease.positions.find(
          (p) => p.topic === topic && p.partition === partition,
        );
        if (position) Object.assign(position, { nextOffset: endOffset, clockUs });
      }
      lease.lastKnownAtUs = Math.max(lease.lastKnownAtUs, transaction.moved.knownAtUs);
      return transaction.result;
    },

    purgeSeen: (group, horizonMs) =>
      database.transaction(async (tx) => {
        const [floor] = await tx.query<{ value_us: string }>(
          `UPDATE floor SET value_us = greatest(value_us, coalesce(
             (SELECT min(partition_clock_us) FROM checkpoint WHERE grp = $1 AND partition_clock_us IS NOT NULL) - $2::bigint * 1000, 0))
           WHERE grp = $1 RETURNING value_us`,
          [group, horizonMs],
        );
        if (floor === undefined) return 0;
        const gone = await tx.query<{ n: string }>(
          `WITH gone AS (DELETE FROM seen WHERE grp = $1 AND event_time_us < $2 RETURNING 1) SELECT count(*) AS n FROM gone`,
          [group, floor.value_us],
        );
        return Number(gone[0]?.n ?? 0);
      }),

    purgeLatest: async (group, topic, retentionMs) => {
      // The newest clock: a partition that fell silent must not keep what people wrote for ever.
      const gone = await database.query<{ n: string }>(
        `WITH gone AS (
           DELETE FROM latest_record WHERE topic = $2 AND event_time_us <
             (SELECT max(partition_clock_us) FROM checkpoint WHERE grp = $1) - $3::bigint * 1000 RETURNING 1
         ) SELECT count(*) AS n FROM gone`,
        [group, topic, retentionMs],
      );
      return Number(gone[0]?.n ?? 0);
    },
  };
}

/** I2 and I3: lock every position of the task; one that is not where we left it, or another epoch, and we are not the owner. */
async function fence(tx: Queryable, lease: Lease): Promise<void> {
  const rows = await tx.query<CheckpointRow>(LOCKED_ROWS, [lease.id.group, lease.id.task]);
  const ours = lease.positions.every((position) =>
    rows.some(
      (row) =>
        row.topic === position.topic &&
        row.partition === position.partition &&
        BigInt(row.next_offset) === position.nextOffset &&
        BigInt(row.owner_epoch) === lease.ownerEpoch,
    ),
  );
  if (!ours || rows.length !== lease.positions.length) {
    throw new FencedError({
      group: lease.id.group,
      task: lease.id.task,
      ownerEpoch: String(lease.ownerEpoch),
    });
  }
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
