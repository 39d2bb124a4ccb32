import type { Queryable } from '../database.ts';

/** One checkpoint row as I13 sees it. Offsets are text: they are 64 bit. */
export interface ConservationRow {
  readonly group: string;
  readonly task: number;
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: string;
  readonly nextOffset: string;
  readonly applied: number;
  readonly deduped: number;
  readonly late: number;
  readonly dead: number;
  readonly erased: number;
  readonly markers: number;
}

/** How far one group is in one topic, its partitions added up. Offsets are text: they are 64 bit. */
export interface FlowRow {
  readonly group: string;
  readonly topic: string;
  /** Next offset of each partition; of a broadcast topic that of the task that is furthest behind. */
  readonly nextOffsets: Readonly<Record<string, string>>;
  /** Greatest event time of its partitions, epoch micros; null before the first record. */
  readonly newestEventTimeUs: number | null;
  readonly committedAtUs: number;
  readonly applied: number;
  readonly deduped: number;
  readonly late: number;
  readonly dead: number;
  readonly erased: number;
  readonly markers: number;
}

/** Dead letters of one kind; never what they hold (S111). */
export interface DeadLetterCount {
  readonly group: string;
  readonly topic: string;
  readonly stage: string;
  readonly reason: string;
  readonly errorClass: string;
  readonly count: number;
  readonly newestFailedAtUs: number;
}

export interface OperationsReader {
  conservation(): Promise<ConservationRow[]>;
  flow(): Promise<FlowRow[]>;
  /** The most frequent kinds first. */
  deadLetterSummary(limit: number): Promise<DeadLetterCount[]>;
}

export function createOperationsReader(database: Queryable): OperationsReader {
  return {
    conservation: () =>
      // Counters are doubles here: below 2^53 for a thousand years at a million events per second.
      database.query<ConservationRow>(
        `SELECT grp AS "group", task, topic, partition,
           first_offset::text AS "firstOffset", next_offset::text AS "nextOffset",
           n_applied::float8 AS applied, n_deduped::float8 AS deduped, n_late::float8 AS late,
           n_dead::float8 AS dead, n_erased::float8 AS erased, n_marker::float8 AS markers
         FROM checkpoint ORDER BY grp, task, topic, partition LIMIT 10000`,
      ),
    flow: () =>
      database.query<FlowRow>(
        // Every task of a group reads a broadcast topic: the one that is furthest behind counts.
        `SELECT grp AS "group", topic, jsonb_object_agg(partition, behind::text) AS "nextOffsets",
           max(clock)::float8 AS "newestEventTimeUs",
           (extract(epoch FROM max(updated)) * 1000000)::float8 AS "committedAtUs",
           sum(applied)::float8 AS applied, sum(deduped)::float8 AS deduped, sum(late)::float8 AS late,
           sum(dead)::float8 AS dead, sum(erased)::float8 AS erased, sum(markers)::float8 AS markers
         FROM (SELECT grp, topic, partition, min(next_offset) AS behind, max(partition_clock_us) AS clock,
                 max(updated_at) AS updated, sum(n_applied) AS applied, sum(n_deduped) AS deduped, sum(n_late) AS late,
                 sum(n_dead) AS dead, sum(n_erased) AS erased, sum(n_marker) AS markers
               FROM checkpoint GROUP BY grp, topic, partition) AS c
         GROUP BY grp, topic ORDER BY grp, topic LIMIT 1000`,
      ),
    deadLetterSummary: (limit) =>
      database.query<DeadLetterCount>(
        `SELECT grp AS "group", topic, stage, reason, error_class AS "errorClass",
           count(*)::float8 AS count, max(failed_at_us)::float8 AS "newestFailedAtUs"
         FROM dead_letter GROUP BY grp, topic, stage, reason, error_class
         ORDER BY count(*) DESC, grp, topic, stage, reason, error_class LIMIT $1`,
        [limit],
      ),
  };
}
