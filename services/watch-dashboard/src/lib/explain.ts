import type { MarketData } from '@groundswell/schemas';
import { formatCount, formatDecimal, formatNumber, NOTHING } from './format.ts';
import { finalAtMs } from './trust.ts';
import { clockText, isoMs, sizeText, type Zone } from './time.ts';

/** Figures of a bar that can be explained. */
export type BarField =
  'close' | 'vwap' | 'range' | 'volume' | 'trade_count' | 'realised_volatility';

export interface BarFigure {
  readonly field: BarField;
  readonly label: string;
  readonly value: string;
  /** Unit or second figure beside it. */
  readonly beside: string;
  /** What is missing when there is no value. */
  readonly needs: string | null;
  /** How it comes about, with its numbers. */
  readonly formula: string;
  readonly rule: string;
}

export function barFigure(bar: MarketData, field: BarField, decimals: number): BarFigure {
  const price = (text: string | null) => formatDecimal(text, { decimals });
  const none = bar.close === null ? 'no trade set a price in this window' : null;
  switch (field) {
    case 'close':
      return {
        ...{ field, label: 'Close', value: price(bar.close), beside: '', needs: none, rule: 'M2' },
        formula: `last price that may set one = ${price(bar.close)}`,
      };
    case 'vwap':
      return {
        ...{ field, label: 'VWAP', value: price(bar.vwap), beside: '', rule: 'M2' },
        needs: bar.vwap === null ? 'no volume in this window' : null,
        formula: `Σ price·size / Σ size, Σ size = ${bar.volume}: ${price(bar.vwap)}`,
      };
    case 'range':
      return {
        ...{ field, label: 'High – low', needs: none, rule: 'M2' },
        value: bar.high === null ? NOTHING : `${price(bar.low)}–${price(bar.high)}`,
        beside: '',
        formula: `least ${price(bar.low)}, greatest ${price(bar.high)}, first ${price(bar.open)}`,
      };
    case 'volume':
      return {
        ...{ field, label: 'Volume', needs: null, rule: 'M2', beside: 'units' },
        value: formatDecimal(bar.volume, { decimals: 2 }),
        formula: `Σ size of ${formatCount(bar.trade_count)} trades = ${bar.volume}`,
      };
    case 'trade_count':
      return {
        ...{ field, label: 'Trades', needs: null, rule: 'M2', beside: 'that count' },
        value: formatCount(bar.trade_count),
        formula: `${formatCount(bar.n)} events, ${formatCount(bar.trade_count)} count into volume`,
      };
    case 'realised_volatility':
      return volatilityFigure(bar);
  }
}

function volatilityFigure(bar: MarketData): BarFigure {
  const returns = bar.return_count ?? 0;
  const percent = bar.realised_volatility === null ? null : bar.realised_volatility * 100;
  const value = formatNumber(percent, { decimals: 3 });
  return {
    field: 'realised_volatility',
    label: 'Realised volatility',
    value: value === NOTHING ? value : `${value}\u2009%`,
    beside: `${formatCount(returns)} returns`,
    needs: bar.realised_volatility === null ? 'needs returns of 1 s closes in a 5 min bar' : null,
    formula: `√ Σ ln(close / close before)² over ${formatCount(returns)} returns of 1 s closes`,
    rule: 'M5',
  };
}

/** The time bar of the explanation: positions as shares of [start, final]. */
export interface TimeBar {
  readonly windowEnd: number;
  readonly watermark: number;
  readonly now: number;
  readonly startText: string;
  readonly endText: string;
  readonly finalText: string;
  readonly watermarkText: string;
}

export function timeBarOf(
  bar: Pick<MarketData, 'window_start' | 'window_end' | 'watermark'>,
  graceMs: number,
  nowMs: number,
  zone: Zone,
): TimeBar {
  const [startMs, endMs] = [isoMs(bar.window_start), isoMs(bar.window_end)];
  const finalMs = finalAtMs({ windowEndMs: endMs, graceMs });
  const place = (timeMs: number) =>
    Math.min(1, Math.max(0, (timeMs - startMs) / Math.max(1, finalMs - startMs)));
  return {
    windowEnd: place(endMs),
    watermark: place(isoMs(bar.watermark)),
    now: place(nowMs),
    startText: clockText(startMs, zone),
    endText: clockText(endMs, zone),
    finalText: `final ${clockText(finalMs, zone)}`,
    watermarkText: `watermark ${clockText(isoMs(bar.watermark), zone)}`,
  };
}

/** Name of the definition: set, window size. */
export function definitionOf(bar: Pick<MarketData, 'feature_set' | 'window_size_ms'>): string {
  return `${bar.feature_set} · ${sizeText(bar.window_size_ms)}`;
}
