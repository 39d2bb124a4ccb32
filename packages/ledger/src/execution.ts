import {
  ZERO,
  abs,
  add,
  div,
  fractionFromE18,
  isZero,
  mul,
  neg,
  sign,
  sub,
  type Fraction,
} from '@groundswell/domain';
import { addTo, putPosition, realise, type Book } from './book.ts';
import type { LedgerEvent } from './event.ts';
import {
  costOfPart,
  leaveLots,
  leavePool,
  pickLots,
  pickNamedLots,
  smaller,
  type Pick,
} from './lots.ts';
import { flat, type LedgerOptions, type Position } from './state.ts';
import type { LedgerRejection } from './validate.ts';

/** One side of the market at one price: an execution, or the sale of a fractional unit (A2). Quantity > 0. */
export interface Fill {
  readonly id: string;
  readonly tsMs: number;
  readonly instrumentId: string;
  readonly direction: 1 | -1;
  readonly qty: Fraction;
  readonly price: Fraction;
  readonly fee: Fraction;
}

/**
 * Fold a BUY or SELL: it closes what is held on the other side first and opens with the rest (L2, L3, L5).
 * Refused before anything moves when the lots it names do not fit.
 */
export function applyExecution(
  book: Book,
  event: LedgerEvent,
  instrumentId: string,
  options: LedgerOptions,
): LedgerRejection | null {
  const fill: Fill = {
    id: event.id,
    tsMs: event.tsMs,
    instrumentId,
    direction: event.type === 'BUY' ? 1 : -1,
    qty: fractionFromE18(event.qtyE18),
    price: fractionFromE18(event.priceE18),
    fee: fractionFromE18(event.feeE18),
  };
  const position = book.positions.get(instrumentId) ?? flat;
  const held = position.pool.qty;
  const closing = sign(held) === -fill.direction ? smaller(fill.qty, abs(held)) : ZERO;
  const picks = event.lots?.length
    ? pickNamedLots(position.lots, closing, event.lots)
    : pickLots(position.lots, closing, options.selection);
  if (typeof picks === 'string') return picks;

  if (!isZero(closing)) {
    const part = partOf(fill, closing);
    trade(book, part);
    close(book, part, picks);
  }
  const opening = sub(fill.qty, closing);
  if (isZero(opening)) return null;
  if (fill.direction < 0 && options.oversell === 'reject') {
    addTo(book.unmatched, instrumentId, opening); // no P&L, no cash, no share of the fee (C6)
    return null;
  }
  const part = partOf(fill, opening);
  trade(book, part);
  open(book, part, event.seq ?? 0);
  return null;
}

/** `qty` units of the fill with their share of its fee (C3). */
function partOf(fill: Fill, qty: Fraction): Fill {
  return { ...fill, qty, fee: mul(fill.fee, div(qty, fill.qty)) };
}

function trade(book: Book, fill: Fill): void {
  book.cash = add(book.cash, cashOf(fill));
  book.fees = add(book.fees, fill.fee);
  book.tradedValue = add(book.tradedValue, mul(fill.qty, fill.price));
}

/** Signed cash of a fill: -value - fee for a buy, value - fee for a sale. */
export function cashOf(fill: Fill): Fraction {
  const value = mul(fill.qty, fill.price);
  return sub(fill.direction > 0 ? neg(value) : value, fill.fee);
}

/**
 * Close the picked lot parts at the fill's price, one realised record each (L3). With the sign of a lot in its cost,
 * long and short are one formula: pnl = cash of the part - cost of the part.
 */
export function close(book: Book, fill: Fill, picks: readonly Pick[]): void {
  const { lots, pool }: Position = book.positions.get(fill.instrumentId) ?? flat;
  let left = pool; // reduced part by part, so that it loses exactly what the records take even when rounded
  for (const { lot, qty } of picks) {
    const cost = costOfPart(book.selection === 'avg' ? left : lot, qty);
    left = leavePool(left, qty);
    const long = sign(lot.qty) > 0;
    realise(book, {
      executionId: fill.id,
      lotId: lot.id,
      instrumentId: fill.instrumentId,
      qty,
      basis: long ? cost : neg(cost),
      pnl: sub(cashOf(partOf(fill, qty)), cost),
      side: long ? 'long' : 'short',
      openTsMs: lot.openTsMs,
      closeTsMs: fill.tsMs,
      holdMs: fill.tsMs - lot.openTsMs,
    });
  }
  putPosition(book, fill.instrumentId, { lots: leaveLots(lots, picks), pool: left });
}

/** Add a lot to a position that is flat or on the fill's side (L2). Fold order keeps the lots in C1 order. */
function open(book: Book, fill: Fill, openSeq: number): void {
  const { lots, pool }: Position = book.positions.get(fill.instrumentId) ?? flat;
  const qty = fill.direction > 0 ? fill.qty : neg(fill.qty);
  const cost = neg(cashOf(fill));
  putPosition(book, fill.instrumentId, {
    lots: [...lots, { id: fill.id, openTsMs: fill.tsMs, openSeq, qty, cost }],
    pool: {
      qty: add(pool.qty, qty),
      cost: add(pool.cost, cost),
      fee: fill.direction > 0 ? add(pool.fee, fill.fee) : pool.fee,
    },
  });
}
