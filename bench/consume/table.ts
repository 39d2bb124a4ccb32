import { createHash } from 'node:crypto';

export interface Bar {
  open: bigint;
  high: bigint;
  low: bigint;
  close: bigint;
  volume: bigint;
  count: number;
}

/** Count one trade into the bar of its symbol and minute. */
export function count(
  bars: Map<string, Bar>,
  symbol: string,
  eventTimeUs: number,
  price: bigint,
  size: bigint,
): void {
  const key = `${symbol}|${Math.floor(eventTimeUs / 60_000_000)}`;
  const bar = bars.get(key);
  if (bar === undefined) {
    bars.set(key, { open: price, high: price, low: price, close: price, volume: size, count: 1 });
    return;
  }
  if (price > bar.high) bar.high = price;
  if (price < bar.low) bar.low = price;
  bar.close = price;
  bar.volume += size;
  bar.count += 1;
}

/** Hash of the one-minute bars but those of the closing trades, the same for every arm or there is no number (performance M4). */
export function table(bars: ReadonlyMap<string, Bar>): string {
  const minuteOf = (key: string): number => Number(key.slice(key.indexOf('|') + 1));
  const last = Math.max(...[...bars.keys()].map(minuteOf));
  const closed = [...bars].filter(([key]) => minuteOf(key) < last);
  const rows = closed
    .map(([key, bar]) =>
      [key, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.count].join('|'),
    )
    .sort();
  return createHash('sha256').update(rows.join('\n')).digest('hex');
}

/** One JSON line for the runner: CPU from the first connection to the last commit, this process only (M2). */
export function report(used: NodeJS.CpuUsage, events: number, hash: string): void {
  process.stdout.write(
    `${JSON.stringify({ cpuSeconds: (used.user + used.system) / 1e6, events, hash })}\n`,
  );
}
