const DAY_US = 86_400e6;

/** One UTC day of one product: every price that stood on it, in whole ticks. */
export interface DayCandle {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly open: number;
  readonly low: number;
  readonly high: number;
  readonly close: number;
  /** Traded, in units of the last decimal of a size. */
  readonly units: number;
}

/** Days of one product, ascending. Times never go back, so only the last one changes. */
export type DayCandles = { -readonly [K in keyof DayCandle]: DayCandle[K] }[];

/** A price stood at `timeUs`, and `units` changed hands at it. */
export function noteDay(days: DayCandles, timeUs: number, ticks: number, units: number): void {
  const day = Math.floor(timeUs / DAY_US);
  const last = days.at(-1);
  if (last?.day !== day) {
    days.push({ day, open: ticks, low: ticks, high: ticks, close: ticks, units });
    return;
  }
  if (ticks < last.low) last.low = ticks;
  if (ticks > last.high) last.high = ticks;
  last.close = ticks;
  last.units += units;
}
