import type { Database } from '@groundswell/postgres';
import type { PlannedRow } from './plan.ts';
import type { Profile } from './profile.ts';

export interface EnteredInstruments {
  /** Instruments that nobody knew, by id. */
  readonly created: readonly string[];
  /** Symbols that now have a meaning for the sender. */
  readonly named: readonly string[];
}

/**
 * Give every symbol of the file a meaning at the door, before a row can name it: an id names itself; a symbol names what it named before,
 * else the one instrument that is called so, else a new one of the profile's kind and zone. Nothing that is there is changed.
 */
export async function enterInstruments(
  database: Database,
  sender: string,
  rows: readonly PlannedRow[],
  { instrument }: Pick<Profile, 'instrument'>,
): Promise<EnteredInstruments> {
  const currencies = new Map<string, string>();
  for (const { item } of rows)
    if (item.symbol !== undefined && !currencies.has(item.symbol))
      currencies.set(item.symbol, item.currency);
  const symbols = [...currencies.keys()];
  const known = await database.query<{ symbol: string }>(
    'SELECT symbol FROM instrument_alias WHERE namespace = $1 AND symbol = ANY ($2::text[])',
    [sender, symbols],
  );
  const unnamed = symbols.filter((symbol) => !known.some((row) => row.symbol === symbol));
  const namesakes = await database.query<{ id: string; name: string }>(
    `SELECT id, substr(id, strpos(id, ':') + 1) AS name FROM instrument
     WHERE id = ANY ($1::text[]) OR substr(id, strpos(id, ':') + 1) = ANY ($1::text[])`,
    [unnamed],
  );
  const idOf = (symbol: string): string => {
    if (/^[a-z]+:/.test(symbol)) return symbol;
    const [only, ...others] = namesakes.filter(({ name }) => name === symbol);
    return only !== undefined && others.length === 0 ? only.id : `${instrument.kind}:${symbol}`;
  };
  const entries = unnamed.map((symbol) => ({
    symbol,
    id: idOf(symbol),
    currency: currencies.get(symbol) ?? 'USD',
  }));
  const created = await database.query<{ id: string }>(
    `INSERT INTO instrument (id, kind, title, currency, zone)
     SELECT id, split_part(id, ':', 1), substr(id, strpos(id, ':') + 1), currency, $3
     FROM unnest($1::text[], $2::text[]) AS i (id, currency) ON CONFLICT (id) DO NOTHING RETURNING id`,
    [entries.map(({ id }) => id), entries.map(({ currency }) => currency), instrument.zone],
  );
  await database.query(
    `INSERT INTO instrument_alias (namespace, symbol, instrument_id)
     SELECT $1, symbol, id FROM unnest($2::text[], $3::text[]) AS a (symbol, id) ON CONFLICT DO NOTHING`,
    [sender, entries.map(({ symbol }) => symbol), entries.map(({ id }) => id)],
  );
  return { created: created.map(({ id }) => id), named: unnamed };
}

/** How many of these requests the door has answered before. */
export async function answeredBefore(
  database: Database,
  sender: string,
  ids: readonly string[],
): Promise<number> {
  const [row] = await database.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM ingest_request WHERE sender = $1 AND webhook_id = ANY ($2::text[])',
    [sender, ids],
  );
  return row?.n ?? 0;
}
