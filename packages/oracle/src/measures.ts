import {
  abs,
  add,
  cmp,
  div,
  fraction,
  isZero,
  mul,
  sign,
  sub,
  toNumber,
  ZERO,
  type Fraction,
} from '@groundswell/domain';
import type { Realised } from './fold.ts';

const DAY_MS = 86_400_000;

/** B2 under its published names. */
export interface HoldingTimes {
  readonly winners: number;
  readonly losers: number;
  readonly winner_days: number | null;
  readonly loser_days: number | null;
  readonly holding_time_ratio: number | null;
  readonly holding_time_ratio_weighted: number | null;
}

/** B2: mean days of losers over mean days of winners; a pnl of 0 is neither. @param least closes of each sign for a ratio */
export function holdingTimes(realised: readonly Realised[], least = 3): HoldingTimes {
  const winners = realised.filter(({ pnl }) => sign(pnl) > 0);
  const losers = realised.filter(({ pnl }) => sign(pnl) < 0);
  const enough = winners.length >= least && losers.length >= least;
  const equal = () => fraction(1n);
  const basis = ({ basis: weight }: Realised) => weight;
  const ratio = (weight: (record: Realised) => Fraction) =>
    enough ? quotient(meanDays(losers, weight), meanDays(winners, weight)) : null;
  return {
    winners: winners.length,
    losers: losers.length,
    winner_days: numberOf(meanDays(winners, equal)),
    loser_days: numberOf(meanDays(losers, equal)),
    holding_time_ratio: ratio(equal),
    holding_time_ratio_weighted: ratio(basis),
  };
}

function meanDays(
  records: readonly Realised[],
  weightOf: (record: Realised) => Fraction,
): Fraction | null {
  const weights = records.map(weightOf).reduce(add, ZERO);
  if (isZero(weights)) return null;
  const days = records
    .map((record) =>
      mul(fraction(BigInt(record.closeMs - record.openMs), BigInt(DAY_MS)), weightOf(record)),
    )
    .reduce(add, ZERO);
  return div(days, weights);
}

/** B6 under its published names. */
export interface Concentration {
  readonly holding_count: number;
  readonly hhi: number | null;
  readonly effective_n: number | null;
  readonly hhi_normalised: number | null;
  readonly max_weight: number | null;
  readonly top3_weight: number | null;
}

/** B6 over the market values of what is held, shorts by their size; a value of 0 is no holding. */
export function concentration(marketValues: readonly Fraction[]): Concentration {
  const sizes = marketValues.map(abs).filter((value) => !isZero(value));
  const total = sizes.reduce(add, ZERO);
  const weights = sizes.map((size) => div(size, total)).toSorted((a, b) => cmp(b, a));
  const n = fraction(BigInt(weights.length));
  if (isZero(n)) {
    return {
      holding_count: 0,
      hhi: null,
      effective_n: null,
      hhi_normalised: null,
      max_weight: null,
      top3_weight: null,
    };
  }
  const one = fraction(1n);
  const hhi = weights.map((weight) => mul(weight, weight)).reduce(add, ZERO);
  const even = div(one, n);
  return {
    holding_count: weights.length,
    hhi: toNumber(hhi),
    effective_n: toNumber(div(one, hhi)),
    hhi_normalised: quotient(sub(hhi, even), sub(one, even)),
    max_weight: numberOf(weights[0] ?? null),
    top3_weight: toNumber(weights.slice(0, 3).reduce(add, ZERO)),
  };
}

/** C12: no number without a denominator. */
function quotient(a: Fraction | null, b: Fraction | null): number | null {
  return a === null || b === null || isZero(b) ? null : toNumber(div(a, b));
}

function numberOf(value: Fraction | null): number | null {
  return value === null ? null : toNumber(value);
}
