import type { Database } from '@groundswell/postgres';

export interface MarkedInstrument {
  readonly currency: string;
  /** The only feed that makes its marks (E4); null: none does. */
  readonly primaryFeed: string | null;
}

/** Currency and primary feed of every instrument. @throws retriable while the database is away */
export async function readInstruments(
  database: Database,
): Promise<ReadonlyMap<string, MarkedInstrument>> {
  const rows = await database.query<{ id: string; currency: string; primary_feed: string | null }>(
    'SELECT id, currency, primary_feed FROM instrument',
  );
  return new Map(
    rows.map((row) => [row.id, { currency: row.currency, primaryFeed: row.primary_feed }]),
  );
}
