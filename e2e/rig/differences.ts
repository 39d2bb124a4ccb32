import type { InvestorValues } from '@groundswell/oracle';
import type { MarketExpectation } from './expect-market.ts';
import { barKey, canonical, type FeatureJson, type Newest } from './published.ts';

/** Every difference in one line each: key, field, what is there, what should be. */
export type Differences = readonly string[];

/** A bar that was published and lost every trade: the key stays and says that nothing is left. */
const TAKEN_BACK = {
  open: null,
  high: null,
  low: null,
  close: null,
  volume: '0',
  trade_count: 0,
  vwap: null,
  realised_volatility: null,
  n: 0,
};

/** Doubles that were summed in another order (C2); decimals are texts and compare exactly. */
const RELATIVE = 1e-9;

/** Bars and ledgers of the oracle against the newest value of every key; keys that only one side has count too. */
export function differencesFromOracle(
  newest: Newest,
  { bars, emptied }: Pick<MarketExpectation, 'bars' | 'emptied'>,
  investors: ReadonlyMap<string, InvestorValues>,
): Differences {
  const expected = new Map<string, Readonly<Record<string, unknown>>>();
  for (const bar of bars) {
    const { entity, window_size_ms, window_start_ms, ...values } = bar;
    expected.set(barKey(entity, window_size_ms, window_start_ms), values);
  }
  for (const [key, values] of investors) expected.set(`investor.behaviour|${key}`, { ...values });
  const found: string[] = [];
  for (const [key, record] of newest) {
    const values = expected.get(key) ?? (emptied.has(key) ? TAKEN_BACK : undefined);
    if (values === undefined) found.push(`${key}: published, but not to be expected`);
    else if (record.status === 'PROVISIONAL') found.push(`${key}: still provisional`);
    else found.push(...fieldDifferences(key, record, values));
  }
  for (const key of expected.keys()) if (!newest.has(key)) found.push(`${key}: not published`);
  return found;
}

/** Two places that must say the same of the same keys. */
export function differencesOfPlaces(name: string, place: Newest, truth: Newest): Differences {
  const found: string[] = [];
  for (const [key, record] of truth) {
    const other = place.get(key);
    if (other === undefined) found.push(`${name} lacks ${key}`);
    else if (canonical(other) !== canonical(record))
      found.push(
        `${name} ${key}: revision ${other.revision} instead of ${record.revision}, or other content`,
      );
  }
  for (const key of place.keys()) if (!truth.has(key)) found.push(`${name} has ${key} beside`);
  return found;
}

/** The newest window of each slot: what Redis holds. Key: `<feature_set>|<entity>|<size>`. */
export function latestSlots(newest: Newest): ReadonlyMap<string, FeatureJson> {
  const slots = new Map<string, FeatureJson>();
  for (const record of newest.values()) {
    const slot = `${record.feature_set}|${record.entity}|${record.window_size_ms}`;
    const held = slots.get(slot);
    if (held === undefined || record.window_start > held.window_start) slots.set(slot, record);
  }
  return slots;
}

/** Fields of `expected` that `actual` does not have so. */
export function fieldDifferences(
  key: string,
  actual: object,
  expected: Readonly<Record<string, unknown>>,
): Differences {
  const fields = actual as Readonly<Record<string, unknown>>;
  return Object.entries(expected)
    .filter(([name, value]) => !isSame(fields[name], value))
    .map(
      ([name, value]) =>
        `${key} ${name}: ${canonical(fields[name])} instead of ${canonical(value)}`,
    );
}

function isSame(actual: unknown, expected: unknown): boolean {
  if (typeof actual === 'number' && typeof expected === 'number') {
    return Math.abs(actual - expected) <= RELATIVE * Math.max(Math.abs(actual), Math.abs(expected));
  }
  return canonical(actual) === canonical(expected);
}
