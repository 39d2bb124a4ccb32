import type { Database } from '@groundswell/postgres';
import type { InstrumentInfo } from '../core/market-operator.ts';

/** Currency and primary feed of every instrument, as they stand at start. */
export async function readInstruments(
  database: Database,
): Promise<ReadonlyMap<string, InstrumentInfo>> {
  const rows = await database.query<{ id: string; currency: string; primary_feed: string | null }>(
    'SELECT id, currency, primary_feed FROM instrument',
  );
  return new Map(
    rows.map((row) => [row.id, { currency: row.currency, primaryFeed: row.primary_feed }]),
  );
}
