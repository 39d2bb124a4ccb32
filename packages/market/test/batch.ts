/**
 * A slow, obvious recomputation that shares no code with the operators: which (record, window) pairs count, looked at one
 * window size at a time, then every window from its own list of trades.
 */
import type { BarConfig, CorrectEvent, MarketEvent, TradeEvent } from '../src/index.ts';

type Fields = Omit<TradeEvent, 'kind'> & { readonly correctionId?: string };

export interface BatchBar {
  readonly ohlc: readonly bigint[] | null;
  readonly volumeE18: bigint;
  readonly count: number;
  readonly vwapE18: bigint | null;
  readonly n: number;
  readonly realisedVolatility: number | null;
}

export interface BatchResult {
  /** `<size> <start>` -> bar. */
  readonly bars: ReadonlyMap<string, BatchBar>;
  /** `<event id> <size>` of every pair, late or not. */
  readonly latePairs: ReadonlySet<string>;
  readonly acceptedPairs: ReadonlySet<string>;
}

export function batch(arrivals: readonly MarketEvent[], config: BarConfig): BatchResult {
  const bars = new Map<string, BatchBar>();
  const latePairs = new Set<string>();
  const acceptedPairs = new Set<string>();
  for (const size of config.sizesMs) {
    const targets = new Map<string, { trade: Fields; corrects: CorrectEvent[]; gone: boolean }>();
    const startOf = (ms: number): number => Math.floor(ms / size) * size;
    let clock = -Infinity;
    for (const event of arrivals) {
      const closed = (ms: number): boolean =>
        startOf(ms) + size + config.graceMs + config.correctionMs <= clock;
      const pair = `${event.id} ${size}`;
      if (event.kind === 'trade') {
        clock = Math.max(clock, event.tsMs);
        if (!closed(event.tsMs)) targets.set(event.id, { trade: event, corrects: [], gone: false });
        (closed(event.tsMs) ? latePairs : acceptedPairs).add(pair);
        continue;
      }
      const target = targets.get(event.ref);
      const stays =
        target !== undefined &&
        !closed(target.trade.tsMs) &&
        (event.kind === 'cancel' || startOf(event.tsMs) === startOf(target.trade.tsMs));
      (stays ? acceptedPairs : latePairs).add(pair);
      if (!stays) continue;
      if (event.kind === 'cancel') target.gone = true;
      else target.corrects.push(event);
    }
    const windows = new Map<number, Fields[]>();
    for (const { trade, corrects, gone } of targets.values()) {
      const start = startOf(trade.tsMs);
      const fold = windows.get(start) ?? [];
      windows.set(start, fold);
      if (gone) continue;
      const last = corrects.sort(byOrder).at(-1);
      fold.push(last === undefined ? trade : { ...last, id: trade.id });
    }
    for (const [start, trades] of windows)
      bars.set(`${size} ${start}`, barOf(trades, size, config));
  }
  return { bars, latePairs, acceptedPairs };
}

function byOrder(a: Fields, b: Fields): number {
  const seq = (x: Fields): number => x.seq ?? x.tsUs % 1000;
  return a.tsMs - b.tsMs || seq(a) - seq(b) || (a.id < b.id ? -1 : 1);
}

function barOf(trades: Fields[], size: number, config: BarConfig): BatchBar {
  const priced = trades.filter((trade) => trade.priceOk).sort(byOrder);
  const counted = trades.filter((trade) => trade.volOk);
  const prices = priced.map((trade) => trade.priceE18);
  const both = counted.filter((trade) => trade.priceOk);
  const sum = (values: bigint[]): bigint => values.reduce((a, b) => a + b, 0n);
  const first = prices[0];
  const ascending = [...prices].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return {
    ohlc:
      first === undefined
        ? null
        : [first, ascending.at(-1) ?? 0n, ascending[0] ?? 0n, prices.at(-1) ?? 0n],
    volumeE18: sum(counted.map((trade) => trade.sizeE18)),
    count: counted.length,
    vwapE18: quotient(
      sum(both.map((trade) => trade.priceE18 * trade.sizeE18)),
      sum(both.map((trade) => trade.sizeE18)),
    ),
    n: trades.length,
    realisedVolatility: size === config.volatilitySizeMs ? volatility(priced) : null,
  };
}

/** Positive a / b, scale 36 over 18, half-even to 8 decimals, as 10^-18 units. */
function quotient(a: bigint, b: bigint): bigint | null {
  if (b === 0n) return null;
  const unit = b * 10n ** 10n;
  let units = a / unit;
  const twice = (a - units * unit) * 2n;
  if (twice > unit || (twice === unit && units % 2n === 1n)) units += 1n;
  return units * 10n ** 10n;
}

function volatility(priced: readonly Fields[]): number | null {
  const closes = new Map<number, number>();
  for (const { tsMs, priceE18 } of priced) {
    closes.set(Math.floor(tsMs / 1000), Number(priceE18 / 10n ** 12n));
  }
  const series = [...closes].sort(([a], [b]) => a - b).map(([, close]) => Math.log(close));
  const returns = series.slice(1).map((close, index) => close - (series[index] ?? 0));
  return returns.length === 0 ? null : Math.hypot(...returns);
}
