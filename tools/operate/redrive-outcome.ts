import type { Database } from '@groundswell/postgres';
import type { SentLetter } from './send-letters.ts';

/** What a group decided about letters that were sent again; the others were applied, or known already. */
export interface Outcome {
  /** Dead letters again. */
  readonly again: number;
  /** Late for a window of theirs, or as a whole. */
  readonly late: number;
  /** Without an id in their headers: nobody can tell whether they were late. */
  readonly unknown: number;
}

/** @param before where the logs of the topic ended when nothing of the lot was sent */
export async function outcomeOf(
  database: Database,
  { group, topic }: { readonly group: string; readonly topic: string },
  before: ReadonlyMap<number, { readonly endOffset: bigint }>,
  letters: readonly SentLetter[],
): Promise<Outcome> {
  const partitions = [...new Set(letters.map(({ partition }) => partition))];
  const ends = partitions.map((partition) => String(before.get(partition)?.endOffset ?? 0n));
  const ids = letters.flatMap(({ eventId }) => (eventId === null ? [] : [eventId]));
  const [row] = await database.query<{ again: string; late: string }>(
    `WITH sent AS (SELECT * FROM unnest($3::int[], $4::bigint[]) AS s (partition, first))
     SELECT (SELECT count(DISTINCT (d.partition, d.record_offset)) FROM dead_letter d JOIN sent s USING (partition)
             WHERE d.grp = $1 AND d.topic = $2 AND d.record_offset >= s.first AND d.attempt > 0) AS again,
            (SELECT count(DISTINCT l.event_id) FROM late_record l JOIN sent s USING (partition)
             WHERE l.grp = $1 AND l.topic = $2 AND l.record_offset >= s.first AND l.event_id = ANY ($5::text[])) AS late`,
    [group, topic, partitions, ends, ids],
  );
  const unknown = letters.length - ids.length;
  return { again: Number(row?.again ?? 0), late: Number(row?.late ?? 0), unknown };
}
