import { GroundswellError } from '@groundswell/domain';
import type { Database } from '@groundswell/postgres';

/** Which positions are meant: of every task of the group that stands at `from`; one for a keyed topic, each task's own for a broadcast one. */
export interface Move {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** Where they stand: a position that went on meanwhile is not moved. */
  readonly from: bigint;
  /** First offset that is to be decided next. */
  readonly to: bigint;
  /** For the audit row: who, and why. */
  readonly operator: string;
  readonly reason: string;
}

export interface Moved {
  readonly tasks: readonly number[];
  /** Records that nobody will decide: counted dead, once per task. */
  readonly skipped: bigint;
  /** Records that are decided again; what was seen of them counts as deduped. */
  readonly repeated: bigint;
  /** The new lineage where the position went back; null where it stayed, or nothing was done yet. */
  readonly lineage: number | null;
}

/** No task of the group stands there. */
export class NoSuchPositionError extends GroundswellError {
  constructor({ group, topic, partition, from }: Move) {
    super(`no task of ${group} stands at ${from} of ${topic}/${partition}: look at \`positions\``, {
      code: 'GW_NO_SUCH_POSITION',
      retriable: false,
      fields: { group, topic, partition, from: String(from) },
    });
  }
}

/**
 * What a move would do, from what stands there now.
 * @throws NoSuchPositionError
 */
export async function tryMove(database: Database, move: Move): Promise<Moved> {
  const rows = await database.query<{ task: number }>(
    'SELECT task FROM checkpoint WHERE grp = $1 AND topic = $2 AND partition = $3 AND next_offset = $4',
    [move.group, move.topic, move.partition, String(move.from)],
  );
  return movedOf(move, rows, null);
}

/**
 * Moves a position by hand, where the log no longer holds it or holds something else (I4). In one transaction: whoever owns the task is
 * fenced (I3); what is skipped counts dead, so the counters say it for ever (I13); a move back raises the lineage, so what is derived
 * again is newer than what was (I7); and an audit row says from where, to where and why.
 * @throws NoSuchPositionError
 */
export async function movePosition(database: Database, move: Move, nowMs: number): Promise<Moved> {
  const { group, topic, partition, from, to, operator, reason } = move;
  const seconds = Math.floor(nowMs / 1000);
  return database.transaction(async (tx) => {
    const rows = await tx.query<{ task: number }>(
      `UPDATE checkpoint SET next_offset = $5, owner_epoch = greatest(owner_epoch + 1, $6), updated_at = now(),
         n_dead = n_dead + greatest($5::bigint - $4, 0), first_offset = first_offset + least($5::bigint - $4, 0)
       WHERE grp = $1 AND topic = $2 AND partition = $3 AND next_offset = $4 RETURNING task`,
      [group, topic, partition, String(from), String(to), seconds],
    );
    const [raised] =
      to > from
        ? []
        : await tx.query<{ value: string }>(
            'UPDATE lineage SET value = greatest(value + 1, $1) RETURNING value',
            [seconds],
          );
    const moved = movedOf(move, rows, raised === undefined ? null : Number(raised.value));
    await tx.query(
      `INSERT INTO operator_action (action, grp, task, topic, partition, from_value, to_value, operator, reason)
       SELECT 'position_moved', $1, unnest($2::int[]), $3, $4, $5, $6, $7, $8`,
      [group, moved.tasks, topic, partition, String(from), String(to), operator, reason],
    );
    return moved;
  });
}

function movedOf(
  move: Move,
  rows: readonly { readonly task: number }[],
  lineage: number | null,
): Moved {
  if (rows.length === 0) throw new NoSuchPositionError(move);
  const distance = move.to - move.from;
  return {
    tasks: rows.map(({ task }) => task).sort((a, b) => a - b),
    skipped: distance > 0n ? distance : 0n,
    repeated: distance < 0n ? -distance : 0n,
    lineage,
  };
}
