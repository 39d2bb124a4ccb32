import { formatE18, formatIsoUs, localDayStartMs, ONE_E18 } from '@groundswell/domain';
import type { SymbolMarketJson } from '@groundswell/schemas';
import { readRows } from '../convert/csv.ts';
import { startMsOf } from './compare-bars.ts';
import { firstDifference, Tally, type Comparison } from './difference.ts';

const MINUTE_MS = 60_000;
/** Prices are in hundredths of a cent. */
const DECICENT_E18 = ONE_E18 / 10_000n;

export interface VendorDay {
  readonly zone: string;
  /** Some time of the day that the file is about, epoch ms. */
  readonly someMs: number;
}

/**
 * Our minute bars against a vendor's file of one instrument and one day (`../shared/data/README.md`, AIG minute bars): open, high, low,
 * close and volume. Minutes are the vendor's; differences are no failure, since vendors edit auctions and single prints.
 */
export async function compareVendor(
  file: string,
  bars: readonly SymbolMarketJson[],
  { zone, someMs }: VendorDay,
): Promise<Comparison> {
  const midnightMs = localDayStartMs(someMs, zone);
  const minutes = new Map(
    bars.filter((bar) => bar.window_size_ms === MINUTE_MS).map((bar) => [startMsOf(bar), bar]),
  );
  const tally = new Tally();
  const prices = ['open', 'high', 'low', 'close'] as const;
  for await (const row of readRows(file, ['ms_since_ny_midnight', ...prices, 'volume'])) {
    const startMs = midnightMs + row.integer('ms_since_ny_midnight');
    const vendor = {
      ...Object.fromEntries(
        prices.map((name) => [name, formatE18(BigInt(row.integer(name)) * DECICENT_E18)]),
      ),
      volume: String(row.integer('volume')),
    };
    const bar = minutes.get(startMs);
    const ours =
      bar && Object.fromEntries(Object.keys(vendor).map((name) => [name, fieldOf(bar, name)]));
    const found = ours === undefined ? 'no bar' : firstDifference(ours, vendor);
    tally.add(found === null ? null : `minute from ${formatIsoUs(startMs * 1000)}: ${found}`);
  }
  return tally.result();
}

function fieldOf(bar: SymbolMarketJson, name: string): unknown {
  return (bar as unknown as Readonly<Record<string, unknown>>)[name];
}
