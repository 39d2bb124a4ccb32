import { div, type Fraction } from '@groundswell/domain';
import type { DayBars } from './day-bars.ts';
import type { DayNumber, LocalDays } from './local-days.ts';
import type { Timeline } from './timeline.ts';

/** Where days begin and what prices were, by instrument. */
export interface Listings {
  /** Days of the listing (C8); null asks for the days of cash. */
  daysOf(instrumentId: string | null): LocalDays;
  barsOf(instrumentId: string): DayBars;
}

/** Low, high and newest price of a day, in units of that day; of the last day before it that has any. Null: no price is known (B1 rule 4). */
export function pricesOf(
  bars: DayBars,
  timeline: Timeline,
  day: DayNumber,
): { readonly low: Fraction; readonly high: Fraction; readonly last: Fraction } | null {
  const own = bars.at(day);
  if (own !== undefined) return own;
  const earlier = bars.upTo(day);
  if (earlier === null) return null;
  // A1: prices before a split are per old unit.
  const last = div(earlier.bar.last, timeline.factor(earlier.day, day));
  return { low: last, high: last, last };
}
