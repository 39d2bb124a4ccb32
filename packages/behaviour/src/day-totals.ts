import { ZERO, add, sub, type Fraction } from '@groundswell/domain';
import { addCounts, noDisposition, type DispositionCounts } from './disposition.ts';

/**
 * Everything of one investor summed over local days. Each day keeps the sums from the first day to itself, so that a trailing window is
 * the difference of two days, and a replay needs to go back no further than to the day that changed.
 */
export interface DayTotals {
  readonly days: number;
  readonly trades: number;
  /** Lot parts closed within one day of 86,400 s after their opening. */
  readonly roundTrips: number;
  readonly buys: Fraction;
  readonly sells: Fraction;
  /** End-of-day equity, summed over the days. */
  readonly equity: Fraction;
  /** Every closing sale of a long position (B1). */
  readonly sales: DispositionCounts;
  /** Full liquidations only (B1 rule 5). */
  readonly liquidations: DispositionCounts;
  /** Monthly turnover of Barber & Odean (2000), summed over the complete months that opened with a value. */
  readonly monthly: number;
  readonly months: number;
}

export const noTotals: DayTotals = {
  days: 0,
  trades: 0,
  roundTrips: 0,
  buys: ZERO,
  sells: ZERO,
  equity: ZERO,
  sales: noDisposition,
  liquidations: noDisposition,
  monthly: 0,
  months: 0,
};

/** What came after `earlier`, up to `later`. */
export function totalsBetween(earlier: DayTotals, later: DayTotals): DayTotals {
  return {
    days: later.days - earlier.days,
    trades: later.trades - earlier.trades,
    roundTrips: later.roundTrips - earlier.roundTrips,
    buys: sub(later.buys, earlier.buys),
    sells: sub(later.sells, earlier.sells),
    equity: sub(later.equity, earlier.equity),
    sales: addCounts(later.sales, earlier.sales, -1),
    liquidations: addCounts(later.liquidations, earlier.liquidations, -1),
    monthly: later.monthly - earlier.monthly,
    months: later.months - earlier.months,
  };
}

export function addTotals(before: DayTotals, day: DayTotals): DayTotals {
  return {
    days: before.days + day.days,
    trades: before.trades + day.trades,
    roundTrips: before.roundTrips + day.roundTrips,
    buys: add(before.buys, day.buys),
    sells: add(before.sells, day.sells),
    equity: add(before.equity, day.equity),
    sales: addCounts(before.sales, day.sales),
    liquidations: addCounts(before.liquidations, day.liquidations),
    monthly: before.monthly + day.monthly,
    months: before.months + day.months,
  };
}
