import { createAliasTable, type AliasTable } from '@groundswell/connector';
import { toError } from '@groundswell/domain';
import type { Database } from '@groundswell/postgres';
import type { Logger } from '@groundswell/runtime';

interface Row {
  readonly symbol: string;
  readonly instrument_id: string;
  readonly from_us: string | null;
  readonly to_us: string | null;
}

/** The alias table of one namespace, read again every `refreshMs`; while Postgres is away the last one stays. */
export interface AliasLoader {
  table(): AliasTable;
  stop(): void;
}

/** @throws PostgresUnavailableError when the first read fails */
export async function loadAliases(
  database: Database,
  options: { readonly namespace: string; readonly refreshMs: number; readonly log: Logger },
): Promise<AliasLoader> {
  const { namespace } = options;
  const read = async (): Promise<AliasTable> => {
    const rows = await database.query<Row>(
      `SELECT symbol, instrument_id,
         CASE WHEN isfinite(valid_from) THEN (extract(epoch FROM valid_from) * 1000000)::bigint END AS from_us,
         CASE WHEN isfinite(valid_to) THEN (extract(epoch FROM valid_to) * 1000000)::bigint END AS to_us
       FROM instrument_alias WHERE namespace = $1`,
      [namespace],
    );
    return createAliasTable(
      rows.map((row) => ({
        namespace,
        symbol: row.symbol,
        instrumentId: row.instrument_id,
        validFromUs: row.from_us === null ? -Infinity : Number(row.from_us),
        validToUs: row.to_us === null ? Infinity : Number(row.to_us),
      })),
    );
  };
  let table = await read();
  const timer = setInterval(() => {
    read().then(
      (fresh) => (table = fresh),
      (thrown: unknown) => {
        options.log.warn('aliases not refreshed', { error: toError(thrown) });
      },
    );
  }, options.refreshMs);
  return {
    table: () => table,
    stop: () => {
      clearInterval(timer);
    },
  };
}
