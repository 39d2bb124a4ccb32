import { InvariantError } from '@groundswell/domain';
import type { Database } from '@groundswell/postgres';

export interface Lineage {
  readonly before: number;
  readonly after: number;
}

/**
 * After a restore: every value derived from now on is newer than all that the lost future of this database published (I7), and no owner of
 * that future passes the fence (I3). Both numbers become the time in UTC seconds, which no restored copy can have held; safe to repeat,
 * and safe while derivations run: they are fenced and begin anew.
 *
 * The third argument is what the audit row says: who does it, and why.
 */
export function raiseLineage(
  database: Database,
  nowMs: number,
  { operator, reason }: { readonly operator: string; readonly reason: string },
): Promise<Lineage> {
  const seconds = Math.floor(nowMs / 1000);
  return database.transaction(async (tx) => {
    const [held] = await tx.query<{ value: string }>('SELECT value FROM lineage FOR UPDATE');
    const [raised] = await tx.query<{ value: string }>(
      'UPDATE lineage SET value = greatest(value + 1, $1) RETURNING value',
      [seconds],
    );
    await tx.query('UPDATE checkpoint SET owner_epoch = greatest(owner_epoch + 1, $1)', [seconds]);
    if (held === undefined || raised === undefined)
      throw new InvariantError('a lane has a lineage');
    await tx.query(
      `INSERT INTO operator_action (action, operator, from_value, to_value, reason) VALUES ('lineage_raised', $1, $2, $3, $4)`,
      [operator, held.value, raised.value, reason],
    );
    return { before: Number(held.value), after: Number(raised.value) };
  });
}
