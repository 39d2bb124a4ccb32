import type { InvestorBehaviourJson } from '@groundswell/schemas';
import type { Queryable } from '../database.ts';

/** What comparing investors needs of each one's newest record, in the words of the record. */
export interface TraderRow {
  readonly investorKey: string;
  readonly currency: string | null;
  /** Decimal text. */
  readonly equity: string;
  readonly turnover: InvestorBehaviourJson['turnover'];
}

export interface TraderReader {
  /** Every investor as known at an instant, in order of key; at most `limit`. */
  traders(knownAtUs: number, limit: number): Promise<TraderRow[]>;
}

const FEATURE_SET = 'investor.behaviour';

export function createTraderReader(database: Queryable): TraderReader {
  return {
    // From key to key through the index of values without a window, so the cost is per investor, not per revision.
    traders: (knownAtUs, limit) =>
      database.query<TraderRow>(
        `WITH RECURSIVE k AS (
           (SELECT entity, 1 AS i FROM feature_history WHERE window_size_ms = 0 AND feature_set = $1 ORDER BY entity LIMIT 1)
           UNION ALL
           SELECT n.entity, k.i + 1 FROM k CROSS JOIN LATERAL (
             SELECT entity FROM feature_history f
             WHERE f.window_size_ms = 0 AND f.feature_set = $1 AND f.entity > k.entity ORDER BY entity LIMIT 1) n
           WHERE k.i < $3
         )
         SELECT k.entity AS "investorKey", h.record->>'currency' AS currency, h.record->>'equity' AS equity,
           COALESCE(h.record->'turnover', '[]') AS turnover
         FROM k CROSS JOIN LATERAL (
           SELECT record FROM feature_history
           WHERE entity = k.entity AND feature_set = $1 AND window_size_ms = 0 AND known_at_us <= $2
           ORDER BY lineage DESC, revision DESC LIMIT 1) h
         ORDER BY k.entity`,
        [FEATURE_SET, knownAtUs, limit],
      ),
  };
}
