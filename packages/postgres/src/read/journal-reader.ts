import type { TransactionJson } from '@groundswell/schemas';
import type { Queryable } from '../database.ts';

/** One event of an investor's ledger as it was delivered first. */
export interface JournalEntry {
  readonly transaction: TransactionJson;
  /** When it became readable, epoch micros; null where that was not kept. */
  readonly knownAtUs: number | null;
}

/** A ledger as one snapshot showed it: its events, and the published value that they amount to. */
export interface JournalView {
  /** By event time, then id. */
  readonly entries: readonly JournalEntry[];
  /** Null before the first. */
  readonly value: {
    readonly lineage: number;
    readonly revision: number;
    readonly knownAtUs: number;
  } | null;
}

/** Reads of the events behind an investor's values. Never writes. */
export interface JournalReader {
  /**
   * @param knownAtUs only what could be read then; null = everything. Events whose time of becoming known was not kept are always there.
   * @param limit most events; an answer of that length may be cut
   */
  view(investorKey: string, knownAtUs: number | null, limit: number): Promise<JournalView>;
}

const FEATURE_SET = 'investor.behaviour';

interface Row {
  readonly body: Buffer;
  readonly known_at_us: string | null;
  readonly lineage: string | null;
  readonly revision: string | null;
  readonly value_known_at_us: string | null;
}

/** @param group that keeps the journal, as it is called in this lane */
export function createJournalReader(database: Queryable, group: string): JournalReader {
  return {
    async view(investorKey, knownAtUs, limit) {
      // One statement, so one snapshot: value and events are of the same commit. The tasks are named because the index begins with them.
      const rows = await database.query<Row>(
        `WITH value AS (
           SELECT lineage, revision, known_at_us FROM feature_history
           WHERE entity = $2 AND feature_set = $3 AND window_size_ms = 0 AND ($4::bigint IS NULL OR known_at_us <= $4)
           ORDER BY lineage DESC, revision DESC LIMIT 1
         )
         SELECT j.body, j.known_at_us, v.lineage, v.revision, v.known_at_us AS value_known_at_us
         FROM (SELECT DISTINCT task FROM checkpoint WHERE grp = $1) AS t
         JOIN journal j ON j.grp = $1 AND j.task = t.task AND j.key = $2
         LEFT JOIN value v ON true
         WHERE $4::bigint IS NULL OR j.known_at_us IS NULL OR j.known_at_us <= $4
         ORDER BY j.event_time_us, j.event_id LIMIT $5`,
        [group, investorKey, FEATURE_SET, knownAtUs, limit],
      );
      return { entries: rows.map(entryOf), value: valueOf(rows[0]) };
    },
  };
}

function entryOf({ body, known_at_us }: Row): JournalEntry {
  return {
    transaction: JSON.parse(body.toString('utf8')) as TransactionJson,
    knownAtUs: known_at_us === null ? null : Number(known_at_us),
  };
}

function valueOf(row: Row | undefined): JournalView['value'] {
  if (row?.lineage == null) return null;
  return {
    lineage: Number(row.lineage),
    revision: Number(row.revision),
    knownAtUs: Number(row.value_known_at_us),
  };
}
