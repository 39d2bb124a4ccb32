import { FencedError, type Advance, type BatchWrites, type Lease } from '@groundswell/stream';
import type { Queryable } from '../database.ts';

/** The compare-and-set itself: every position of the task, moved or not, from where the lease stands (I2). */
export async function moveCheckpoint(
  tx: Queryable,
  lease: Lease,
  writes: BatchWrites,
): Promise<void> {
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
