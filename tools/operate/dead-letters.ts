import type { Database, Queryable } from '@groundswell/postgres';
import { tableText } from './table-text.ts';

/** Which dead letters of a group are meant; what is not said may be anything. */
export interface LetterFilter {
  readonly group?: string;
  readonly topic?: string;
  readonly stage?: string;
  /** Reason of the refusal, as the letter names it. */
  readonly refusedFor?: string;
  /** Only those that failed before. */
  readonly before?: Date;
  /** Only those that failed then or later. */
  readonly since?: Date;
}

interface Kind {
  readonly grp: string;
  readonly topic: string;
  readonly stage: string;
  readonly reason: string;
  readonly waiting: string;
  readonly redriven: string;
  readonly attempt: number;
  readonly newest_us: string;
  readonly code_version: string;
}

/** A condition on `dead_letter d`, for the parameters $1 to $6 of `filterValues`. */
export const FILTER = `($1::text IS NULL OR d.grp = $1) AND ($2::text IS NULL OR d.topic = $2) AND ($3::text IS NULL OR d.stage = $3)
  AND ($4::text IS NULL OR d.reason = $4) AND ($5::bigint IS NULL OR d.failed_at_us < $5)
  AND ($6::bigint IS NULL OR d.failed_at_us >= $6)`;

/** A condition on `dead_letter d`: nobody sent it again yet. */
export const WAITS = `NOT EXISTS (SELECT FROM redriven_letter r
  WHERE (r.topic, r.partition, r.record_offset) = (d.topic, d.partition, d.record_offset))`;

export function filterValues(filter: LetterFilter) {
  const { group = null, topic = null, stage = null, refusedFor = null, before, since } = filter;
  const us = (at?: Date) => (at === undefined ? null : String(at.getTime() * 1000));
  return [group, topic, stage, refusedFor, us(before), us(since)] as const;
}

/** Letters by kind, those that wait first. A record of a broadcast topic died in every task and counts once. */
export async function deadLettersText(database: Database, filter: LetterFilter): Promise<string> {
  const kinds = await database.query<Kind>(
    `SELECT grp, topic, stage, reason, count(*) FILTER (WHERE NOT redriven) AS waiting, count(*) FILTER (WHERE redriven) AS redriven,
       max(attempt) AS attempt, max(failed_at_us) AS newest_us, (array_agg(code_version ORDER BY failed_at_us DESC))[1] AS code_version
     FROM (SELECT DISTINCT ON (d.grp, d.topic, d.partition, d.record_offset) d.*, r.topic IS NOT NULL AS redriven
           FROM dead_letter d LEFT JOIN redriven_letter r USING (topic, partition, record_offset)
           WHERE ${FILTER} ORDER BY d.grp, d.topic, d.partition, d.record_offset, d.task) AS letter
     GROUP BY grp, topic, stage, reason ORDER BY waiting DESC, grp, topic, stage, reason`,
    filterValues(filter),
  );
  if (kinds.length === 0) return 'no dead letter is like that';
  return tableText([
    ['group', 'topic', 'stage', 'reason', 'waiting', 'redriven', 'attempt', 'newest', 'code'],
    ...kinds.map((kind) => [
      kind.grp,
      kind.topic,
      kind.stage,
      kind.reason,
      kind.waiting,
      kind.redriven,
      String(kind.attempt),
      new Date(Number(kind.newest_us) / 1000).toISOString(),
      kind.code_version,
    ]),
  ]);
}

/** Letters of one group that nobody sent again yet. */
export async function countWaiting(database: Queryable, filter: LetterFilter): Promise<number> {
  const [row] = await database.query<{ waiting: string }>(
    `SELECT count(DISTINCT (d.topic, d.partition, d.record_offset)) AS waiting FROM dead_letter d
     WHERE ${FILTER} AND ${WAITS}`,
    filterValues(filter),
  );
  return Number(row?.waiting ?? 0);
}
