/** Versioned tables from a venue's sale conditions to flags (M2). A table that was used is never changed; add another. */
export const saleConditionTables = ['algoseek-us-equity-v1'] as const;

export type SaleConditionTable = (typeof saleConditionTables)[number];

export interface SaleConditions {
  /** Bit set, hexadecimal without prefix. */
  readonly conditionHex: string;
  /** Milliseconds since local midnight of the listing (New York). */
  readonly localMsOfDay: number;
}

export interface SaleFlags {
  /** May the print set open, high, low and close? */
  readonly priceOk: boolean;
  /** Does it count in volume? */
  readonly volOk: boolean;
}

const REGULAR = 0x1n;
const SESSION_START_MS = (9 * 60 + 30) * 60_000;
const SESSION_END_MS = 16 * 3_600_000;

/** Null when the conditions are not of the table's form; the print is then unusable (C5). */
export function saleConditionFlags(
  table: SaleConditionTable,
  conditions: SaleConditions,
): SaleFlags | null {
  return TABLES[table](conditions);
}

const TABLES: Record<SaleConditionTable, (conditions: SaleConditions) => SaleFlags | null> = {
  'algoseek-us-equity-v1': algoseekUsEquity,
};

/** In the regular session only regular prints set a price, outside it all do; every print is volume (measured: M2). */
function algoseekUsEquity({ conditionHex, localMsOfDay }: SaleConditions): SaleFlags | null {
  if (!/^[\da-f]{1,16}$/i.test(conditionHex)) return null;
  const inSession = localMsOfDay >= SESSION_START_MS && localMsOfDay < SESSION_END_MS;
  const regular = (BigInt(`0x${conditionHex}`) & REGULAR) !== 0n;
  return { priceOk: regular || !inSession, volOk: true };
}
