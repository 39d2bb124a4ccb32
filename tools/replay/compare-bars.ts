import { formatIsoUs, parseIsoUs } from '@groundswell/domain';
import type { Bar, LateTrade } from '@groundswell/oracle';
import type { Database } from '@groundswell/postgres';
import type { SymbolMarketJson } from '@groundswell/schemas';
import { firstDifference, Tally, type Comparison } from './difference.ts';

/** The newest revision of every bar. */
export async function readBars(database: Database): Promise<readonly SymbolMarketJson[]> {
  const rows = await database.query<{ record: SymbolMarketJson }>(
    `SELECT DISTINCT ON (entity, window_size_ms, window_start_us) record FROM feature_history
     WHERE feature_set = 'market.bar'
     ORDER BY entity, window_size_ms, window_start_us, lineage DESC, revision DESC`,
  );
  return rows.map(({ record }) => record);
}

export function startMsOf(bar: SymbolMarketJson): number {
  return parseIsoUs(bar.window_start).us / 1000;
}

/** Every bar of either side; a bar without a price is none (M1). Bars must be complete, not provisional. */
export function compareBars(
  published: readonly SymbolMarketJson[],
  expected: readonly Bar[],
): Comparison {
  const tally = new Tally();
  const keyOf = (entity: string, sizeMs: number, startMs: number) =>
    `${entity} ${sizeMs / 1000} s from ${formatIsoUs(startMs * 1000)}`;
  const open = new Map(
    expected.map((bar) => [keyOf(bar.entity, bar.window_size_ms, bar.window_start_ms), bar]),
  );
  for (const bar of published) {
    const key = keyOf(bar.entity, bar.window_size_ms, startMsOf(bar));
    const other = open.get(key);
    open.delete(key);
    if (other === undefined) tally.add(bar.open === null ? null : `${key}: not in the oracle`);
    else {
      const found = firstDifference(valuesOf(bar), valuesOf(other));
      const unfinished = bar.status === 'PROVISIONAL' ? 'is still provisional' : null;
      const problem = found ?? unfinished;
      tally.add(problem === null ? null : `${key}: ${problem}`);
    }
  }
  for (const key of open.keys()) tally.add(`${key}: not published`);
  return tally.result();
}

const valueNames = [
  'open',
  'high',
  'low',
  'close',
  'volume',
  'trade_count',
  'vwap',
  'realised_volatility',
  'return_count',
] as const;

function valuesOf(bar: Pick<SymbolMarketJson | Bar, (typeof valueNames)[number]>) {
  return Object.fromEntries(valueNames.map((name) => [name, bar[name]]));
}

/** Which events were late, and for which windows (P3). */
export async function compareLate(
  database: Database,
  group: string,
  expected: readonly LateTrade[],
): Promise<Comparison> {
  const rows = await database.query<{ event_id: string; size: string; start_us: string }>(
    `SELECT DISTINCT event_id, window_size_ms::text AS size, window_start_us::text AS start_us
     FROM late_record WHERE grp = $1`,
    [group],
  );
  // A correction that no window took: how many windows the platform could name depends on what it still remembered.
  const nameless = new Set(
    expected.filter((late) => late.reason === 'not_applied').map((l) => l.id),
  );
  const keyOf = (id: string, size: number, startMs: number) =>
    nameless.has(id) ? id : `${id} ${size} ${startMs}`;
  const published = new Set(
    rows.map((row) => keyOf(row.event_id, Number(row.size), Number(row.start_us) / 1000)),
  );
  const wanted = new Set(expected.map((late) => keyOf(late.id, late.sizeMs, late.startMs)));
  const tally = new Tally();
  for (const key of published)
    tally.add(wanted.has(key) ? null : `${key}: late, not in the oracle`);
  for (const key of wanted) if (!published.has(key)) tally.add(`${key}: should be late`);
  return tally.result();
}
