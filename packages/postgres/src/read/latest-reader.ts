import type { TopicName } from '@groundswell/schemas';
import type { Queryable } from '../database.ts';

/** One standing record of a topic. */
export interface LatestRecord<T> {
  readonly key: string;
  /** What `lineage` and `ver` belong to (I7). */
  readonly valueKey: string;
  readonly eventTimeUs: number;
  readonly lineage: number;
  readonly ver: number;
  /** The published record: wire names, times as ISO text. */
  readonly record: T;
}

/** Where a walk from newest to oldest stands. */
export interface LatestPosition {
  readonly eventTimeUs: number;
  readonly valueKey: string;
}

export interface LatestPage {
  readonly topic: TopicName;
  /** Message key: of mentions the instrument. */
  readonly key: string;
  /** Event time: inclusive; null = no bound. */
  readonly fromUs: number | null;
  /** Event time: exclusive; null = no bound. */
  readonly toUs: number | null;
  /** Go on after this record; null = from the newest. */
  readonly after: LatestPosition | null;
  readonly limit: number;
}

/** Reads of what stands now, newest first; what was cancelled is not listed. Never writes. */
export interface LatestReader {
  page<T>(query: LatestPage): Promise<LatestRecord<T>[]>;
}

interface Row<T> {
  readonly key: string;
  readonly value_key: string;
  readonly event_time_us: string;
  readonly lineage: string;
  readonly ver: string;
  readonly record: T;
}

export function createLatestReader(database: Queryable): LatestReader {
  return {
    async page<T>({ topic, key, fromUs, toUs, after, limit }: LatestPage) {
      const rows = await database.query<Row<T>>(
        `SELECT key, value_key, event_time_us, lineage, ver, record FROM latest_record
         WHERE topic = $1 AND key = $2 AND record ->> 'op' <> 'CANCEL'
           AND ($3::bigint IS NULL OR event_time_us >= $3) AND ($4::bigint IS NULL OR event_time_us < $4)
           AND ($5::bigint IS NULL OR (event_time_us, value_key) < ($5, $6::text))
         ORDER BY event_time_us DESC, value_key DESC LIMIT $7`,
        [topic, key, fromUs, toUs, after?.eventTimeUs ?? null, after?.valueKey ?? null, limit],
      );
      return rows.map((row): LatestRecord<T> => ({
        key: row.key,
        valueKey: row.value_key,
        eventTimeUs: Number(row.event_time_us),
        lineage: Number(row.lineage),
        ver: Number(row.ver),
        record: row.record,
      }));
    },
  };
}
