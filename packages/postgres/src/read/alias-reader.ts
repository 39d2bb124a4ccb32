import type { Queryable } from '../database.ts';

/** A symbol of a namespace and what it names from `validFromUs` (inclusive) to `validToUs`; infinite where open. */
export interface AliasRow {
  readonly namespace: string;
  readonly symbol: string;
  readonly instrumentId: string;
  readonly validFromUs: number;
  readonly validToUs: number;
}

interface Row {
  readonly namespace: string;
  readonly symbol: string;
  readonly instrument_id: string;
  readonly from_us: string | null;
  readonly to_us: string | null;
}

/** Every alias of some namespaces, past ones too: symbols are resolved at event time (Y6). */
export async function readAliases(
  database: Queryable,
  namespaces: readonly string[],
): Promise<AliasRow[]> {
  const rows = await database.query<Row>(
    `SELECT namespace, symbol, instrument_id,
       CASE WHEN isfinite(valid_from) THEN (extract(epoch FROM valid_from) * 1000000)::bigint END AS from_us,
       CASE WHEN isfinite(valid_to) THEN (extract(epoch FROM valid_to) * 1000000)::bigint END AS to_us
     FROM instrument_alias WHERE namespace = ANY($1)`,
    [namespaces],
  );
  return rows.map((row) => ({
    namespace: row.namespace,
    symbol: row.symbol,
    instrumentId: row.instrument_id,
    validFromUs: row.from_us === null ? -Infinity : Number(row.from_us),
    validToUs: row.to_us === null ? Infinity : Number(row.to_us),
  }));
}
