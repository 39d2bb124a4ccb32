import {
  ZERO,
  abs,
  add,
  cmp,
  div,
  fractionFromE18,
  isZero,
  mul,
  sub,
  toE18,
  type Fraction,
} from '@groundswell/domain';
import { compareIds, type NamedLot } from './event.ts';
import type { AveragePool, Lot, LotSelection } from './state.ts';
import type { LedgerRejection } from './validate.ts';

/** `qty` units (> 0) to be taken from `lot`. */
export interface Pick {
  readonly lot: Lot;
  readonly qty: Fraction;
}

/** C1 order of the executions that opened the lots: acquisition time, never arrival (L4). */
export function compareLots(a: Lot, b: Lot): number {
  return a.openTsMs - b.openTsMs || a.openSeq - b.openSeq || compareIds(a.id, b.id);
}

/** Choose the lots that close `quantity` units; together they hold at least that much. */
export function pickLots(
  lots: readonly Lot[],
  quantity: Fraction,
  selection: LotSelection,
): readonly Pick[] {
  const picks: Pick[] = [];
  let open = quantity;
  for (const lot of inOrder(lots, selection)) {
    if (isZero(open)) break;
    const qty = smaller(abs(lot.qty), open);
    picks.push({ lot, qty });
    open = sub(open, qty);
  }
  return picks;
}

/** The lots an execution names: they must exist, hold enough and sum to the closing quantity (L4). */
export function pickNamedLots(
  lots: readonly Lot[],
  quantity: Fraction,
  named: readonly NamedLot[],
): readonly Pick[] | LedgerRejection {
  const picks = new Map<string, Pick>();
  let total = ZERO;
  for (const { lot: id, qtyE18 } of named) {
    const lot = lots.find((candidate) => candidate.id === id);
    if (!lot) return 'unknown_lot';
    const qty = add(picks.get(id)?.qty ?? ZERO, fractionFromE18(qtyE18));
    if (cmp(qty, abs(lot.qty)) > 0) return 'lot_too_small';
    picks.set(id, { lot, qty });
    total = add(total, fractionFromE18(qtyE18));
  }
  return cmp(total, quantity) === 0 ? [...picks.values()] : 'lots_do_not_sum';
}

/** The lots without the picked units; a lot that holds nothing more is gone. */
export function leaveLots(lots: readonly Lot[], picks: readonly Pick[]): readonly Lot[] {
  const picked = new Map(picks.map((pick) => [pick.lot, pick.qty]));
  return lots.flatMap((lot) => {
    const qty = picked.get(lot);
    if (qty === undefined) return [lot];
    const share = sub({ num: 1n, den: 1n }, div(qty, abs(lot.qty)));
    if (isZero(share)) return [];
    return [{ ...lot, qty: mul(lot.qty, share), cost: sub(lot.cost, costOfPart(lot, qty)) }];
  });
}

/** Pro rata cost of `qty` of the units of a lot or pool, with the sign of its cost. */
export function costOfPart(whole: { qty: Fraction; cost: Fraction }, qty: Fraction): Fraction {
  return proRata(whole.cost, qty, abs(whole.qty));
}

/** The pool without `qty` of its units; exactly 0 when none is left (L5). */
export function leavePool(pool: AveragePool, qty: Fraction): AveragePool {
  const held = abs(pool.qty);
  return {
    qty: sub(pool.qty, mul(pool.qty, div(qty, held))),
    cost: sub(pool.cost, proRata(pool.cost, qty, held)),
    fee: sub(pool.fee, proRata(pool.fee, qty, held)),
  };
}

function inOrder(lots: readonly Lot[], selection: LotSelection): readonly Lot[] {
  if (selection === 'lifo') return lots.toReversed();
  if (selection !== 'hifo') return lots;
  // The sort is stable, so equal unit costs stay oldest first.
  return lots.toSorted((a, b) => cmp(div(b.cost, b.qty), div(a.cost, a.qty)));
}

const widestBits = 512n;

/**
 * A pool that is sold in fractional parts and never flat gains some 30 bits of denominator per sale, and arithmetic on
 * it slows down without end. Real ledgers stay within 317 bits (C2); beyond 512 one part is rounded to scale 18. What
 * is rounded off stays in the pool, so conservation (L9) and closing to 0 (L5) remain exact.
 */
function proRata(amount: Fraction, qty: Fraction, held: Fraction): Fraction {
  if (cmp(qty, held) === 0) return amount;
  const part = mul(amount, div(qty, held));
  return part.den >> widestBits === 0n ? part : fractionFromE18(toE18(part));
}

export function smaller(a: Fraction, b: Fraction): Fraction {
  return cmp(a, b) < 0 ? a : b;
}

export function larger(a: Fraction, b: Fraction): Fraction {
  return cmp(a, b) > 0 ? a : b;
}
