import { div, fraction, isZero, toNumber, type Fraction } from '@groundswell/domain';
import type { HoldingSums, LedgerState } from '@groundswell/ledger';

/** Holding-time asymmetry (B2). Days are of 86,400 s; null means no information, never 0 (C12). */
export interface HoldingTimes {
  /** Closed lot parts with a gain; parts with P&L 0 are in neither count. */
  readonly winners: number;
  readonly losers: number;
  /** Mean days that gains were held. */
  readonly winnerDays: number | null;
  readonly loserDays: number | null;
  /** loserDays / winnerDays: above 1, losers are ridden longer. */
  readonly ratio: number | null;
  /** The same with each part weighted by its basis. */
  readonly ratioWeighted: number | null;
}

export interface HoldingTimesOptions {
  /**
   * Closed parts needed on each side before a ratio is given.
   * @default 3
   */
  readonly minimum?: number;
}

/** B2 over everything the ledger has closed, long and short. Unsold losers never enter. */
export function holdingTimes(
  state: Pick<LedgerState, 'winners' | 'losers'>,
  { minimum = 3 }: HoldingTimesOptions = {},
): HoldingTimes {
  const { winners, losers } = state;
  const winnerDays = meanDays(winners);
  const loserDays = meanDays(losers);
  const enough = Math.min(winners.n, losers.n) >= minimum;
  return {
    winners: winners.n,
    losers: losers.n,
    winnerDays: winnerDays && toNumber(winnerDays),
    loserDays: loserDays && toNumber(loserDays),
    ratio: enough ? ratioOf(loserDays, winnerDays) : null,
    ratioWeighted: enough ? ratioOf(weightedDays(losers), weightedDays(winners)) : null,
  };
}

function meanDays(sums: HoldingSums): Fraction | null {
  return quotient(sums.sumDays, fraction(BigInt(sums.n)));
}

function weightedDays(sums: HoldingSums): Fraction | null {
  return quotient(sums.sumBasisDays, sums.sumBasis);
}

function ratioOf(a: Fraction | null, b: Fraction | null): number | null {
  const ratio = a && b && quotient(a, b);
  return ratio && toNumber(ratio);
}

function quotient(a: Fraction, b: Fraction): Fraction | null {
  return isZero(b) ? null : div(a, b);
}
