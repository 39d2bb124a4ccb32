import type { MarketData } from '@groundswell/schemas';
import { isoMs } from './time.ts';

/** What a chart draws of one window; doubles, because a picture needs no more (figures come from the text). */
export interface Candle {
  readonly startMs: number;
  readonly bar: MarketData | null;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly isUp: boolean;
}

/** Longest run of empty windows that is drawn as such; a longer pause is cut. */
const MAX_EMPTY = 240;

/**
 * Bars on an even time axis: windows without a trade are places without a candle, so that a pause looks like one and is never
 * filled forward.
 */
export function candlesOf(bars: readonly MarketData[], sizeMs: number): readonly Candle[] {
  const candles: Candle[] = [];
  let expectedMs: number | null = null;
  for (const bar of bars) {
    const startMs = isoMs(bar.window_start);
    if (expectedMs !== null && (startMs - expectedMs) / sizeMs <= MAX_EMPTY) {
      for (; expectedMs < startMs; expectedMs += sizeMs) candles.push(emptyCandle(expectedMs));
    }
    candles.push(candleOf(bar, startMs));
    expectedMs = startMs + sizeMs;
  }
  return candles;
}

function candleOf(bar: MarketData, startMs: number): Candle {
  if (bar.open === null || bar.high === null || bar.low === null || bar.close === null) {
    return { ...emptyCandle(startMs), bar, volume: Number(bar.volume) };
  }
  const [open, close] = [Number(bar.open), Number(bar.close)];
  return {
    startMs,
    bar,
    open,
    high: Number(bar.high),
    low: Number(bar.low),
    close,
    volume: Number(bar.volume),
    isUp: close >= open,
  };
}

function emptyCandle(startMs: number): Candle {
  const none = Number.NaN;
  const prices = { open: none, high: none, low: none, close: none };
  return { startMs, bar: null, ...prices, volume: 0, isUp: true };
}

export function hasPrice(candle: Candle): boolean {
  return !Number.isNaN(candle.close);
}

/** Newest watermark of the bars, epoch ms. */
export function watermarkOf(bars: readonly MarketData[]): number | null {
  let newest: number | null = null;
  for (const { watermark } of bars) newest = Math.max(newest ?? 0, isoMs(watermark));
  return newest;
}

/** What a screen reader and the table say of a bar. */
export function barSentence(bar: MarketData, timeText: string): string {
  if (bar.close === null) return `${timeText}: no price`;
  const parts = [`open ${bar.open ?? ''}`, `high ${bar.high ?? ''}`, `low ${bar.low ?? ''}`];
  const status = bar.status.toLowerCase();
  return `${timeText}: ${parts.join(', ')}, close ${bar.close}, volume ${bar.volume}, ${status}`;
}
