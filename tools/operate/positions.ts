import type { Database } from '@groundswell/postgres';
import { tableText } from './table-text.ts';

export interface Position {
  readonly grp: string;
  readonly task: number;
  readonly topic: string;
  readonly partition: number;
  readonly first_offset: string;
  readonly next_offset: string;
  readonly dead: string;
  readonly updated_at: Date;
}

/** Where tasks stand, of one group or of all. */
export function readPositions(database: Database, group?: string): Promise<readonly Position[]> {
  return database.query<Position>(
    `SELECT grp, task, topic, partition, first_offset, next_offset, n_dead AS dead, updated_at FROM checkpoint
     WHERE $1::text IS NULL OR grp = $1 ORDER BY grp, topic, partition, task`,
    [group ?? null],
  );
}

/** A table with a heading. */
export function positionsText(positions: readonly Position[]): string {
  if (positions.length === 0) return 'no task has a position yet';
  return tableText([
    ['group', 'topic', 'partition', 'task', 'first', 'next', 'dead', 'last moved'],
    ...positions.map((it) => [
      it.grp,
      it.topic,
      String(it.partition),
      String(it.task),
      it.first_offset,
      it.next_offset,
      it.dead,
      it.updated_at.toISOString(),
    ]),
  ]);
}
