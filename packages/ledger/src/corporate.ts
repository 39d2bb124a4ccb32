import {
  ZERO,
  abs,
  add,
  cmp,
  fraction,
  fractionFromE18,
  isZero,
  mul,
  neg,
  sign,
  sub,
  type Fraction,
} from '@groundswell/domain';
import { putPosition, realise, type Book } from './book.ts';
import type { LedgerEvent } from './event.ts';
import { cashOf, close, type Fill } from './execution.ts';
import { compareLots, larger, pickLots, smaller } from './lots.ts';
import { flat, type AveragePool, type Lot, type Position } from './state.ts';
import type { LedgerRejection } from './validate.ts';

/** A1 and A2: quantities x n/d, cost and open time unchanged; a fractional unit may be sold for cash. */
export function applySplit(
  book: Book,
  event: LedgerEvent,
  instrumentId: string,
): LedgerRejection | null {
  const position = book.positions.get(instrumentId);
  if (!event.ratio) return 'bad_ratio';
  if (!position) return null;
  const ratio = fraction(event.ratio.n, event.ratio.d);
  const { lots, pool } = position;
  putPosition(book, instrumentId, {
    lots: lots.map((lot) => ({ ...lot, qty: mul(lot.qty, ratio) })),
    pool: { ...pool, qty: mul(pool.qty, ratio) },
  });
  if (event.cashInLieuPriceE18 !== undefined) {
    sellFraction(book, event, instrumentId, fractionFromE18(event.cashInLieuPriceE18));
  }
  return null;
}

/** A2: the fraction of the *total* position is closed at the stated price, without a fee. Not a trade of the investor. */
function sellFraction(book: Book, event: LedgerEvent, instrumentId: string, price: Fraction): void {
  const { lots, pool } = book.positions.get(instrumentId) ?? flat;
  const held = abs(pool.qty);
  const qty = fraction(held.num % held.den, held.den);
  if (isZero(qty)) return;
  const direction = sign(pool.qty) > 0 ? -1 : 1;
  const fill: Fill = {
    id: event.id,
    tsMs: event.tsMs,
    instrumentId,
    direction,
    qty,
    price,
    fee: ZERO,
  };
  book.cash = add(book.cash, cashOf(fill));
  close(book, fill, pickLots(lots, qty, book.selection));
}

/** A3: the lots move to the new instrument and merge with its own by open time. Realised P&L stays where it was made. */
export function applySymbolChange(
  book: Book,
  event: LedgerEvent,
  instrumentId: string,
): LedgerRejection | null {
  const target = event.newInstrumentId;
  if (!target) return 'missing_target_instrument';
  const position = book.positions.get(instrumentId);
  if (!position) return null;
  if (opposite(book, target, position)) return 'opposite_positions';
  book.positions.delete(instrumentId);
  merge(book, target, position);
  return null;
}

/** A4: the child takes the basis fraction of the cost and the parent's open times; buy fees stay with the parent. */
export function applySpinoff(
  book: Book,
  event: LedgerEvent,
  instrumentId: string,
): LedgerRejection | null {
  const child = event.childInstrumentId;
  if (!event.ratio) return 'bad_ratio';
  if (!child) return 'missing_target_instrument';
  const position = book.positions.get(instrumentId);
  if (!position) return null;
  if (opposite(book, child, position)) return 'opposite_positions';
  const ratio = fraction(event.ratio.n, event.ratio.d);
  const basis = fractionFromE18(event.basisFractionE18 ?? 0n);
  const given = { lots: position.lots.map(part), pool: { ...part(position.pool), fee: ZERO } };
  putPosition(book, instrumentId, {
    lots: position.lots.map((lot, i) => ({
      ...lot,
      cost: sub(lot.cost, given.lots[i]?.cost ?? ZERO),
    })),
    pool: { ...position.pool, cost: sub(position.pool.cost, given.pool.cost) },
  });
  merge(book, child, given);
  return null;

  function part<T extends Lot | AveragePool>(whole: T): T {
    return { ...whole, qty: mul(whole.qty, ratio), cost: mul(whole.cost, basis) };
  }
}

/**
 * A5: cash per unit reduces the cost, of each lot and of the pool, not below 0; what exceeds the cost is realised, in a
 * record without units. A short position pays instead, by the same formula.
 */
export function applyReturnOfCapital(
  book: Book,
  event: LedgerEvent,
  instrumentId: string,
): LedgerRejection | null {
  const position = book.positions.get(instrumentId);
  const first = position?.lots[0];
  if (!position || !first) return null;
  const perUnit = fractionFromE18(event.amountE18);
  const { lots, pool } = position;
  book.cash = add(book.cash, mul(perUnit, pool.qty));
  putPosition(book, instrumentId, { lots: lots.map(reduced), pool: reduced(pool) });
  // With `avg` the pool's cost is the basis: the lots' excess is not what was earned.
  if (book.selection === 'avg') excess(first, pool);
  else for (const lot of lots) excess(lot, lot);
  return null;

  function reduction(whole: Lot | AveragePool): Fraction {
    const long = sign(whole.qty) > 0;
    const basis = larger(long ? whole.cost : neg(whole.cost), ZERO);
    const size = smaller(mul(perUnit, abs(whole.qty)), basis);
    return long ? size : neg(size);
  }

  function reduced<T extends Lot | AveragePool>(whole: T): T {
    return { ...whole, cost: sub(whole.cost, reduction(whole)) };
  }

  function excess(lot: Lot, whole: Lot | AveragePool): void {
    const pnl = sub(mul(perUnit, whole.qty), reduction(whole));
    if (isZero(pnl)) return;
    realise(book, {
      executionId: event.id,
      lotId: lot.id,
      instrumentId: instrumentId,
      qty: ZERO,
      basis: ZERO,
      pnl,
      side: sign(lot.qty) > 0 ? 'long' : 'short',
      openTsMs: lot.openTsMs,
      closeTsMs: event.tsMs,
      holdMs: event.tsMs - lot.openTsMs,
    });
  }
}

/** Long and short lots of one instrument cannot be merged without a price: a human has to say what happened. */
function opposite(book: Book, target: string, position: Position): boolean {
  const there = book.positions.get(target);
  return there !== undefined && cmp(mul(there.pool.qty, position.pool.qty), ZERO) < 0;
}

function merge(book: Book, target: string, position: Position): void {
  const { lots, pool } = book.positions.get(target) ?? flat;
  putPosition(book, target, {
    lots: [...lots, ...position.lots].sort(compareLots),
    pool: {
      qty: add(pool.qty, position.pool.qty),
      cost: add(pool.cost, position.pool.cost),
      fee: add(pool.fee, position.pool.fee),
    },
  });
}
