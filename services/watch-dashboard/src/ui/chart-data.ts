import {
  TickMarkType,
  type CandlestickData,
  type HistogramData,
  type Time,
  type UTCTimestamp,
  type WhitespaceData,
} from 'lightweight-charts';
import { hasPrice, type Candle } from '../lib/candles.ts';
import { withAlpha, type ChartColours } from '../lib/chart-colours.ts';
import { clockText, dayText, type Zone } from '../lib/time.ts';

/** Index of the first candle that is not the same bar any more. */
export function firstDifference(before: readonly Candle[], next: readonly Candle[]): number {
  let index = 0;
  while (index < before.length && before[index]?.bar === next[index]?.bar) index += 1;
  return index;
}

/** Hollow = provisional: a body of 16 % with the full border (dashboard.md 6). */
export function candleData(
  candle: Candle,
  colours: ChartColours,
): CandlestickData | WhitespaceData {
  const time = (candle.startMs / 1000) as UTCTimestamp;
  if (!hasPrice(candle)) return { time };
  const { open, high, low, close } = candle;
  const colour = candle.isUp ? colours.up : colours.down;
  const isOpen = candle.bar?.status === 'PROVISIONAL';
  return {
    ...{ time, open, high, low, close, borderColor: colour, wickColor: colour },
    color: isOpen ? withAlpha(colour, 0.16) : colour,
  };
}

export function volumeData(candle: Candle, colours: ChartColours): HistogramData | WhitespaceData {
  const time = (candle.startMs / 1000) as UTCTimestamp;
  return candle.bar === null ? { time } : { time, value: candle.volume, color: colours.volume };
}

export function tickText(time: Time, kind: TickMarkType, zone: Zone): string {
  const timeMs = msOf(time);
  if (kind === TickMarkType.TimeWithSeconds) return clockText(timeMs, zone);
  return kind === TickMarkType.Time ? clockText(timeMs, zone, false) : dayText(timeMs, zone);
}

/** Epoch ms of a place on the chart's axis, which counts seconds. */
export function msOf(time: Time): number {
  return Number(time) * 1000;
}
