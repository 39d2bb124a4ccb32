import {
  add,
  cmp,
  div,
  formatE18,
  fractionFromE18,
  isZero,
  mul,
  roundE18,
  toNumber,
  ZERO,
  type Fraction,
} from '@groundswell/domain';
import type { AcceptedTrade } from './late-trades.ts';
import { compareOrdered } from './order.ts';
import { windowStartMs, type TradePrint, type TradeCorrection } from './trades.ts';

/** A bar under the published names; decimals are canonical text. */
export interface Bar {
  readonly entity: string;
  readonly window_size_ms: number;
  readonly window_start_ms: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly trade_count: number;
  /** 8 decimals; null without volume at a price (C12). */
  readonly vwap: string | null;
  readonly realised_volatility: number | null;
  readonly return_count: number | null;
}

/** Window that carries realised volatility, and the size of the bars whose closes it is made of (V5). */
const VOLATILITY_SIZE_MS = 300_000;
const RETURN_SIZE_MS = 1_000;

/**
 * Bars of what was accepted, by M1: correct, sort, fold, one window after the other. A window without a price-setting trade has no bar.
 * @returns by entity, size, start
 */
export function batchBars(
  accepted: readonly AcceptedTrade[],
  sizesMs: readonly number[],
): readonly Bar[] {
  return sizesMs.flatMap((sizeMs) => {
    const trades = correctedTrades(accepted.filter(({ sizesMs: sizes }) => sizes.has(sizeMs)));
    return [...groupBy(trades, ({ entity, tsUs }) => `${windowStartMs(tsUs, sizeMs)} ${entity}`)]
      .map(([, window]) => barOf(window, sizeMs))
      .filter((bar) => bar !== null);
  });
}

/** C14: a CANCEL beats every CORRECT; several CORRECTs replace the named fields in their own order. */
function correctedTrades(accepted: readonly AcceptedTrade[]): readonly TradePrint[] {
  const events = accepted.map(({ event }) => event);
  const cancelled = new Set(
    events.filter(({ kind }) => kind === 'cancel').map((event) => 'ref' in event && event.ref),
  );
  const corrections = groupBy(
    events.filter((event): event is TradeCorrection => event.kind === 'correct'),
    ({ ref }) => ref,
  );
  return events
    .filter((event): event is TradePrint => event.kind === 'trade' && !cancelled.has(event.id))
    .map((trade) =>
      (corrections.get(trade.id) ?? [])
        .toSorted(compareOrdered)
        .reduce<TradePrint>((corrected, { set }) => ({ ...corrected, ...set }), trade),
    );
}

function barOf(window: readonly TradePrint[], sizeMs: number): Bar | null {
  const priced = window.filter(({ priceOk }) => priceOk).toSorted(compareOrdered);
  const first = priced[0];
  const last = priced.at(-1);
  if (first === undefined || last === undefined) return null;
  const counted = window.filter(({ volOk }) => volOk);
  const both = counted.filter(({ priceOk }) => priceOk);
  const turnover = sum(
    both.map(({ priceE18, sizeE18 }) => mul(fractionFromE18(priceE18), fractionFromE18(sizeE18))),
  );
  const pricedVolume = sum(both.map(({ sizeE18 }) => fractionFromE18(sizeE18)));
  const prices = priced.map(({ priceE18 }) => priceE18);
  return {
    entity: first.entity,
    window_size_ms: sizeMs,
    window_start_ms: windowStartMs(first.tsUs, sizeMs),
    open: formatE18(first.priceE18),
    high: formatE18(prices.reduce((a, b) => (b > a ? b : a))),
    low: formatE18(prices.reduce((a, b) => (b < a ? b : a))),
    close: formatE18(last.priceE18),
    volume: formatE18(counted.reduce((total, { sizeE18 }) => total + sizeE18, 0n)),
    trade_count: counted.length,
    vwap: isZero(pricedVolume) ? null : formatE18(roundE18(div(turnover, pricedVolume), 8)),
    ...volatility(priced, sizeMs),
  };
}

/** M7: root of the summed squared log returns of the 1 s closes inside the window, existing bars only. */
function volatility(
  priced: readonly TradePrint[],
  sizeMs: number,
): Pick<Bar, 'realised_volatility' | 'return_count'> {
  if (sizeMs !== VOLATILITY_SIZE_MS) return { realised_volatility: null, return_count: null };
  const seconds = groupBy(priced, ({ tsUs }) => windowStartMs(tsUs, RETURN_SIZE_MS));
  const closes = [...seconds.values()]
    .map((prints) => fractionFromE18(prints.at(-1)?.priceE18 ?? 0n))
    .filter((close) => cmp(close, ZERO) > 0);
  const returns = closes
    .slice(1)
    .map((close, index) => Math.log(toNumber(div(close, closes[index] ?? close))));
  const squares = returns.reduce((total, r) => total + r * r, 0);
  return {
    realised_volatility: returns.length === 0 ? null : Math.sqrt(squares),
    return_count: returns.length,
  };
}

function sum(values: readonly Fraction[]): Fraction {
  return values.reduce(add, ZERO);
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
