import {
  dateOf,
  dispositionEffect,
  grossBookTurnover,
  totalsBetween,
  turnover,
  type DayBook,
  type DayNumber,
  type DayTotals,
  type Listings,
} from '@groundswell/behaviour';
import { roundE18 } from '@groundswell/domain';
import { features, type DispositionEffect, type InvestorBehaviour } from '@groundswell/schemas';

/** Trailing windows in local days; 0 is the whole life. */
const WINDOWS = [30, 90, 0] as const;
/** Once a bar of a day can no longer change, the day is over (B1). */
const { graceMs, correctionMs } = features['market.bar'].windows[0];
export const DAY_GRACE_MS = graceMs + correctionMs;

/** How far the days of one investor are, by a clock that only events move. */
export interface DayState {
  /** Newest local date that anything is known of. */
  readonly through: DayNumber;
  /** Every day up to this one is over in the zone of every listing. */
  readonly final: DayNumber;
  /** When the next day will be over, epoch ms. */
  readonly nextMs: number;
}

/** @param clockMs event time of the newest thing known: a mark of any instrument, or an event of the investor */
export function dayStateOf(book: DayBook, listings: Listings, clockMs: number): DayState | null {
  if (book.lastDay === null) return null;
  const ids = book.instruments();
  const zones = [...new Set((ids.length === 0 ? [null] : ids).map((id) => listings.daysOf(id)))];
  const open = zones.map((days) => days.dayOf(clockMs - DAY_GRACE_MS));
  return {
    through: Math.max(book.lastDay, ...open),
    final: Math.min(...open) - 1,
    nextMs: Math.min(...zones.map((days, i) => days.startMs((open[i] ?? 0) + 1))) + DAY_GRACE_MS,
  };
}

type Habits = Pick<
  InvestorBehaviour,
  'throughDay' | 'disposition' | 'turnover' | 'turnoverMonth' | 'turnoverGrossBook'
>;

/** B1 and B3 of a book that is closed up to `through`. @param shown withholds measures while a valuation is in doubt (L10) */
export function habitsOf(
  book: DayBook,
  state: DayState | null,
  shown: <T>(value: T) => T | null,
): Habits {
  if (state === null) {
    const unknown = { throughDay: null, turnoverMonth: null, turnoverGrossBook: null };
    return { ...unknown, disposition: [], turnover: [] };
  }
  const { through, final } = state;
  const all = book.totals(through);
  const before = (window: number): DayTotals =>
    book.totals(window === 0 ? -Infinity : through - window);
  const effect = (
    kind: DispositionEffect['kind'],
    windowDays: number,
    { saleDays, ...counts }: DayTotals['sales'],
  ): DispositionEffect => {
    const { pgr, plr, de, ratio, se, t } = dispositionEffect({ saleDays, ...counts });
    return {
      kind,
      windowDays,
      ...counts,
      saleDays,
      pgr: shown(pgr),
      plr: shown(plr),
      de: shown(de),
      ratio: shown(ratio),
      se: shown(se),
      t: shown(t),
    };
  };
  // No window is shorter than the few days that are not final yet.
  const finalDays = (window: number): DayTotals =>
    totalsBetween(before(window), book.totals(final));
  return {
    throughDay: dateOf(through),
    disposition: [
      ...WINDOWS.map((days) => effect('ODEAN_DAY', days, finalDays(days).sales)),
      ...WINDOWS.map((days) => effect('RUNNING', days, totalsBetween(before(days), all).sales)),
      ...WINDOWS.map((days) => effect('FULL_SALE_ONLY', days, finalDays(days).liquidations)),
    ],
    turnover: WINDOWS.map((windowDays) => {
      const sums = totalsBetween(before(windowDays), all);
      const { turnover: ratio, annual, tradesPerDay } = turnover(sums);
      return {
        windowDays,
        tradeCount: sums.trades,
        dayCount: sums.days,
        roundTrips: sums.roundTrips,
        buyValueE18: roundE18(sums.buys, 8),
        sellValueE18: roundE18(sums.sells, 8),
        turnover: shown(ratio),
        turnoverAnnual: shown(annual),
        tradesPerDay: shown(tradesPerDay),
      };
    }),
    turnoverMonth: shown(all.months === 0 ? null : all.monthly / all.months),
    turnoverGrossBook: shown(
      grossBookTurnover(book.traded(through), book.gross(through - 1), book.gross(through)),
    ),
  };
}
