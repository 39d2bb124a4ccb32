import {
  cmp,
  div,
  fraction,
  fractionFromE18,
  mul,
  toNumber,
  type Fraction,
} from '@groundswell/domain';
import type { LedgerMark, LedgerState } from '@groundswell/ledger';

const DAY_MS = 86_400_000n;

/** Paper losses that are not sold, lot by lot (B2): they never enter the holding times of closed parts. */
export interface OpenLosers {
  readonly n: number;
  /** Mean days of 86,400 s from the opening of each to its mark; null without any. */
  readonly days: number | null;
}

/** @param markOf newest mark; null for an instrument without one, or whose mark is not believed (L10) */
export function openLosers(
  { positions }: Pick<LedgerState, 'positions'>,
  markOf: (instrumentId: string) => LedgerMark | null,
): OpenLosers {
  let n = 0;
  let heldMs = 0;
  for (const [instrumentId, { lots }] of positions) {
    const mark = markOf(instrumentId);
    if (mark === null) continue;
    for (const lot of lots.filter((open) => isBelowCost(open, fractionFromE18(mark.priceE18)))) {
      n += 1;
      heldMs += Math.max(0, mark.tsMs - lot.openTsMs);
    }
  }
  return {
    n,
    days: n === 0 ? null : toNumber(div(fraction(BigInt(heldMs), DAY_MS), fraction(BigInt(n)))),
  };
}

/** Long or short: quantity and cost of a short lot are both negative. */
function isBelowCost(
  lot: { readonly qty: Fraction; readonly cost: Fraction },
  price: Fraction,
): boolean {
  return cmp(mul(lot.qty, price), lot.cost) < 0;
}
