import {
  ZERO,
  abs,
  add,
  cmp,
  div,
  isZero,
  mul,
  toNumber,
  type Fraction,
} from '@groundswell/domain';
import type { LedgerValuation } from '@groundswell/ledger';

/** How far a portfolio rests on few holdings (B6); weights are shares of the sum of |market value|, cash excluded. */
export interface Concentration {
  /** Holdings with a value other than 0; unpriced and quarantined ones are not among them. */
  readonly n: number;
  /** Sum of squared weights, 1/n .. 1; like all below null for an empty portfolio. */
  readonly hhi: number | null;
  /** 1 / hhi: as many equal holdings have the same concentration. */
  readonly effectiveN: number | null;
  /** hhi from 0 (equal weights) to 1; null for a single holding. */
  readonly normalised: number | null;
  readonly maxWeight: number | null;
  /** Weight of the three largest holdings. */
  readonly top3: number | null;
}

/** B6 of one valuation, so all weights are from one snapshot. Exact until the last division. */
export function concentration(valuation: Pick<LedgerValuation, 'positions'>): Concentration {
  const sizes = valuation.positions
    .flatMap(({ marketValue }) => (marketValue && !isZero(marketValue) ? [abs(marketValue)] : []))
    .sort((a, b) => cmp(b, a));
  const n = sizes.length;
  const total = sum(sizes);
  if (isZero(total)) {
    return { n, hhi: null, effectiveN: null, normalised: null, maxWeight: null, top3: null };
  }
  const share = (part: Fraction): number => toNumber(div(part, total));
  const squares = sum(sizes.map((size) => mul(size, size)));
  const hhi = toNumber(div(squares, mul(total, total)));
  return {
    n,
    hhi,
    effectiveN: toNumber(div(mul(total, total), squares)),
    normalised: n === 1 ? null : (hhi - 1 / n) / (1 - 1 / n),
    maxWeight: share(sizes[0] ?? ZERO),
    top3: share(sum(sizes.slice(0, 3))),
  };
}

function sum(amounts: readonly Fraction[]): Fraction {
  return amounts.reduce(add, ZERO);
}
