import {
  ZERO,
  add,
  cmp,
  div,
  fraction,
  isZero,
  mul,
  sign,
  toNumber,
  type Fraction,
} from '@groundswell/domain';
import type { DayTotals } from './day-totals.ts';

const DAYS_PER_YEAR = 365.25;
const TWO = fraction(2n);

/** Trading over a window of local days (B3, `turnover_w`); null where the mean equity is not above 0. */
export interface Turnover {
  readonly turnover: number | null;
  /** x 365.25 / days */
  readonly annual: number | null;
  readonly tradesPerDay: number | null;
}

/** `((buys + sells) / 2) / mean daily equity` */
export function turnover({ days, trades, buys, sells, equity }: DayTotals): Turnover {
  const tradesPerDay = days === 0 ? null : trades / days;
  if (sign(equity) <= 0) return { turnover: null, annual: null, tradesPerDay };
  const traded = div(add(buys, sells), TWO);
  const ratio = toNumber(div(mul(traded, fraction(BigInt(days))), equity));
  return { turnover: ratio, annual: (ratio * DAYS_PER_YEAR) / days, tradesPerDay };
}

/** A position at the beginning of a month, and what was traded of it, all in units of that beginning. */
export interface MonthPosition {
  /** Units held long, and the price of one. */
  readonly held: Fraction;
  readonly price: Fraction;
  /** Units sold during the month. */
  readonly sold: Fraction;
  /** Units bought during the month before. */
  readonly bought: Fraction;
}

/**
 * Turnover of one month (Barber & Odean 2000, footnote 8): the mean of its sales and of the purchases before it, neither beyond what was
 * held at its beginning, so that 1 is the maximum; trips within a month do not count. Null without a value to begin with.
 */
export function monthTurnover(positions: readonly MonthPosition[]): number | null {
  const sum = (valueOf: (position: MonthPosition) => Fraction): Fraction =>
    positions.map(valueOf).reduce(add, ZERO);
  const value = sum(({ held, price }) => mul(held, price));
  if (isZero(value)) return null;
  const sold = sum(({ held, price, sold: units }) => mul(smaller(units, held), price));
  const bought = sum(({ held, price, bought: units }) => mul(smaller(units, held), price));
  return toNumber(div(add(sold, bought), mul(value, TWO)));
}

/** Traded value of a day / mean gross book before and after it: 2 replaces the whole book, 0 where nothing was traded (B3). */
export function grossBookTurnover(
  traded: Fraction,
  before: Fraction,
  after: Fraction,
): number | null {
  if (isZero(traded)) return 0;
  const book = div(add(before, after), TWO);
  return isZero(book) ? null : toNumber(div(traded, book));
}

function smaller(a: Fraction, b: Fraction): Fraction {
  return cmp(a, b) < 0 ? a : b;
}
