import { createHash } from 'node:crypto';

export interface Bar {
  open: bigint;
  high: bigint;
  low: bigint;
  close: bigint;
  volume: bigint;
  count: number;
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
