import type { InvestorBehaviourJson, SymbolMarketJson } from '@groundswell/schemas';
import type { Queryable, Value } from '../database.ts';

/** The published record as it stands in history and in the cache: wire names, decimals and times as text. */
export type FeatureRecordJson = SymbolMarketJson | InvestorBehaviourJson;

export interface FeatureValue {
  readonly featureSet: string;
  readonly entity: string;
  readonly windowSizeMs: number;
  readonly windowStartUs: number;
  readonly lineage: number;
  readonly revision: number;
  readonly knownAtUs: number;
  readonly record: FeatureRecordJson;
}

/** The two times of a question; null = no bound. `atUs`: windows that had ended by then (C13). `knownAtUs`: what could be read then. */
export interface AsOf {
  readonly atUs: number | null;
  readonly knownAtUs: number | null;
}

export interface HistoryQuery extends AsOf {
  readonly featureSet: string;
  readonly entity: string;
  readonly windowSizeMs: number;
  /** Window start: inclusive. */
  readonly fromUs: number;
  /** Window start: exclusive. */
  readonly toUs: number;
  /** Go on after this window start; null = from the beginning. */
  readonly afterUs: number | null;
  readonly limit: number;
}

export interface RevisionsQuery {
  readonly featureSet: string;
  readonly entity: string;
  readonly windowSizeMs: number;
  /** Null for features without a window: all revisions of the entity. */
  readonly windowStartUs: number | null;
  /** Go on after this version; null = from the first. */
  readonly after: { readonly lineage: number; readonly revision: number } | null;
  readonly limit: number;
}

/** Where a walk over all latest values stands; null = at the beginning. */
export interface LatestCursor {
  readonly entity: string;
  readonly featureSet: string;
  readonly windowSizeMs: number;
}

/** Reads of feature history, the store of record of every served value (N3). Never writes. */
export interface FeatureReader {
  /**
   * What each entity's latest value was, in the order of `entities`; null = unknown. Without a window (V4a): the highest version,
   * or with `atUs` the greatest window start up to it. Rows of an entity are found newest first through the primary key.
   */
  latest(
    featureSet: string,
    entities: readonly string[],
    windowSizeMs: number,
    asOf: AsOf,
  ): Promise<(FeatureValue | null)[]>;
  /** One value per window, the highest version known at `knownAtUs`, in order of window start. */
  history(query: HistoryQuery): Promise<FeatureValue[]>;
  /** Every version of one value key, oldest first. */
  revisions(query: RevisionsQuery): Promise<FeatureValue[]>;
  /** A page of the latest value of every (entity, feature set, window size), for rebuilding a cache. */
  latestPage(after: LatestCursor | null, limit: number): Promise<FeatureValue[]>;
  /** Lineage of the state store. */
  lineage(): Promise<number>;
}

interface Row {
  readonly feature_set: string;
  readonly entity: string;
  readonly window_size_ms: string;
  readonly window_start_us: string;
  readonly lineage: string;
  readonly revision: string;
  readonly known_at_us: string;
  readonly record: FeatureRecordJson;
}

const COLUMNS =
  'h.feature_set, h.entity, h.window_size_ms, h.window_start_us, h.lineage, h.revision, h.known_at_us, h.record';

/** The newest window, then its highest version: the primary key read backwards. */
const NEWEST_WINDOW = 'h.window_start_us DESC, h.lineage DESC, h.revision DESC';
const HIGHEST_VERSION = 'h.lineage DESC, h.revision DESC';

/** No window starts later than this after it became known: future-dated events are refused long before (W6). */
const FUTURE_SLACK_US = 86_400_000_000;

export function createFeatureReader(database: Queryable): FeatureReader {
  const read = async (text: string, values: readonly Value[]): Promise<FeatureValue[]> =>
    (await database.query<Row>(text, values)).map(toValue);

  return {
    async latest(featureSet, entities, windowSizeMs, { atUs, knownAtUs }) {
      const order = windowSizeMs === 0 && atUs === null ? HIGHEST_VERSION : NEWEST_WINDOW;
      const found = await read(
        `SELECT h.* FROM unnest($1::text[]) AS wanted (entity) CROSS JOIN LATERAL (
           SELECT ${COLUMNS} FROM feature_history h
           WHERE h.entity = wanted.entity AND h.feature_set = $2 AND h.window_size_ms = $3
             AND ($4::bigint IS NULL OR (h.window_end_us <= $4 AND h.window_start_us <= $4))
             AND ($5::bigint IS NULL OR (h.known_at_us <= $5 AND h.window_start_us <= $5 + ${FUTURE_SLACK_US}))
           ORDER BY ${order} LIMIT 1) h`,
        [[...new Set(entities)], featureSet, windowSizeMs, atUs, knownAtUs],
      );
      const byEntity = new Map(found.map((value) => [value.entity, value]));
      return entities.map((entity) => byEntity.get(entity) ?? null);
    },

    history: (query) =>
      read(
        `SELECT DISTINCT ON (h.window_start_us) ${COLUMNS} FROM feature_history h
         WHERE h.entity = $1 AND h.feature_set = $2 AND h.window_size_ms = $3
           AND h.window_start_us >= $4 AND h.window_start_us < $5
           AND ($6::bigint IS NULL OR h.window_start_us > $6)
           AND ($7::bigint IS NULL OR h.window_end_us <= $7)
           AND ($8::bigint IS NULL OR h.known_at_us <= $8)
         ORDER BY h.window_start_us, h.lineage DESC, h.revision DESC LIMIT $9`,
        [
          query.entity,
          query.featureSet,
          query.windowSizeMs,
          query.fromUs,
          query.toUs,
          query.afterUs,
          query.atUs,
          query.knownAtUs,
          query.limit,
        ],
      ),

    revisions: (query) =>
      read(
        `SELECT ${COLUMNS} FROM feature_history h
         WHERE h.entity = $1 AND h.feature_set = $2 AND h.window_size_ms = $3
           AND ($4::bigint IS NULL OR h.window_start_us = $4)
           AND ($5::bigint IS NULL OR (h.lineage, h.revision) > ($5, $6::bigint))
         ORDER BY h.lineage, h.revision LIMIT $7`,
        [
          query.entity,
          query.featureSet,
          query.windowSizeMs,
          query.windowStartUs,
          query.after?.lineage ?? null,
          query.after?.revision ?? null,
          query.limit,
        ],
      ),

    latestPage: (after, limit) =>
      // Each step of the recursion jumps to the next key through the primary key, so the cost is per key, not per row.
      read(
        `WITH RECURSIVE k AS (
           (SELECT entity, feature_set, window_size_ms, 1 AS i FROM feature_history
            WHERE (entity, feature_set, window_size_ms) > ($1::text, $2::text, $3::bigint)
            ORDER BY entity, feature_set, window_size_ms LIMIT 1)
           UNION ALL
           SELECT n.entity, n.feature_set, n.window_size_ms, k.i + 1 FROM k CROSS JOIN LATERAL (
             SELECT entity, feature_set, window_size_ms FROM feature_history f
             WHERE (f.entity, f.feature_set, f.window_size_ms) > (k.entity, k.feature_set, k.window_size_ms)
             ORDER BY entity, feature_set, window_size_ms LIMIT 1) n
           WHERE k.i < $4
         )
         SELECT h.* FROM k CROSS JOIN LATERAL (
           (SELECT ${COLUMNS} FROM feature_history h
            WHERE h.entity = k.entity AND h.feature_set = k.feature_set AND h.window_size_ms = k.window_size_ms
              AND k.window_size_ms <> 0 ORDER BY ${NEWEST_WINDOW} LIMIT 1)
           UNION ALL
           (SELECT ${COLUMNS} FROM feature_history h
            WHERE h.entity = k.entity AND h.feature_set = k.feature_set AND h.window_size_ms = k.window_size_ms
              AND k.window_size_ms = 0 ORDER BY ${HIGHEST_VERSION} LIMIT 1)
         ) h ORDER BY k.i`,
        [after?.entity ?? '', after?.featureSet ?? '', after?.windowSizeMs ?? -1, limit],
      ),

    lineage: async () => {
      const [row] = await database.query<{ value: string }>('SELECT value FROM lineage');
      return Number(row?.value ?? 1);
    },
  };
}

function toValue(row: Row): FeatureValue {
  return {
    featureSet: row.feature_set,
    entity: row.entity,
    windowSizeMs: Number(row.window_size_ms),
    windowStartUs: Number(row.window_start_us),
    lineage: Number(row.lineage),
    revision: Number(row.revision),
    knownAtUs: Number(row.known_at_us),
    record: row.record,
  };
}
