import {
  abs,
  add,
  cmp,
  div,
  fractionFromE18,
  isZero,
  mul,
  neg,
  sign,
  sub,
  ZERO,
  type Fraction,
} from '@groundswell/domain';
import type { Booking } from './ledger-events.ts';
import { msOf } from './order.ts';

/** An open part of a position; quantity and cost of a short are negative (L2). */
export interface Lot {
  readonly openMs: number;
  readonly qty: Fraction;
  readonly cost: Fraction;
}

/** One execution against one lot (L3). */
export interface Realised {
  readonly instrumentId: string;
  readonly qty: Fraction;
  /** What the part had cost; of a short what it had brought. */
  readonly basis: Fraction;
  readonly pnl: Fraction;
  readonly openMs: number;
  readonly closeMs: number;
}

export interface Folded {
  readonly lots: ReadonlyMap<string, readonly Lot[]>;
  readonly realised: readonly Realised[];
  readonly cash: Fraction;
  readonly income: Fraction;
  readonly deposits: Fraction;
  /** Fees of executions and standalone ones. */
  readonly fees: Fraction;
  readonly standaloneFees: Fraction;
  readonly tradedValue: Fraction;
  readonly unmatched: ReadonlyMap<string, Fraction>;
}

/** What to do with a sale of more than is held (C6). */
export type Oversell = 'open_short' | 'reject';

/** Fold sorted bookings into first-in-first-out lots: L2 to L5, C3, C4, C6. */
export function fold(bookings: readonly Booking[], oversell: Oversell): Folded {
  const lots = new Map<string, Lot[]>();
  const realised: Realised[] = [];
  const unmatched = new Map<string, Fraction>();
  let cash = ZERO;
  let income = ZERO;
  let deposits = ZERO;
  let fees = ZERO;
  let standaloneFees = ZERO;
  let tradedValue = ZERO;

  const execute = (booking: Booking, instrumentId: string): void => {
    const direction = booking.type === 'BUY' ? 1 : -1;
    const price = fractionFromE18(booking.priceE18);
    const fee = fractionFromE18(booking.feeE18);
    const asked = fractionFromE18(booking.qtyE18);
    const open = lots.get(instrumentId) ?? [];
    lots.set(instrumentId, open);
    let left = asked;
    for (let lot = open[0]; lot !== undefined && sign(left) > 0; lot = open[0]) {
      if (sign(lot.qty) === direction) break;
      const held = abs(lot.qty);
      const qty = cmp(left, held) < 0 ? left : held;
      const share = div(qty, held);
      const cost = mul(lot.cost, share);
      // What a short brought in is below 0 where its fee was above its value.
      const basis = direction < 0 ? cost : neg(cost);
      const gross = mul(qty, price);
      const part = mul(fee, div(qty, asked));
      // A long part brings gross less fee for what it had cost; a short part costs gross and fee for what it had brought.
      const pnl = direction < 0 ? sub(sub(gross, part), basis) : sub(sub(basis, gross), part);
      realised.push({
        instrumentId,
        qty,
        basis,
        pnl,
        openMs: lot.openMs,
        closeMs: msOf(booking.tsUs),
      });
      left = sub(left, qty);
      if (cmp(qty, held) === 0) open.shift();
      else {
        const rest = sub({ num: 1n, den: 1n }, share);
        open[0] = { ...lot, qty: mul(lot.qty, rest), cost: mul(lot.cost, rest) };
      }
    }
    if (sign(left) > 0 && direction < 0 && oversell === 'reject') {
      unmatched.set(instrumentId, add(unmatched.get(instrumentId) ?? ZERO, left));
    } else if (sign(left) > 0) {
      const value = mul(left, price);
      const part = mul(fee, div(left, asked));
      open.push({
        openMs: msOf(booking.tsUs),
        qty: direction > 0 ? left : neg(left),
        cost: direction > 0 ? add(value, part) : neg(sub(value, part)),
      });
      left = ZERO;
    }
    const done = sub(asked, left);
    if (isZero(done)) return;
    const value = mul(done, price);
    const paid = mul(fee, div(done, asked));
    cash = sub(direction > 0 ? sub(cash, value) : add(cash, value), paid);
    fees = add(fees, paid);
    tradedValue = add(tradedValue, value);
  };

  for (const booking of bookings) {
    const amount = fractionFromE18(booking.amountE18);
    switch (booking.type) {
      case 'BUY':
      case 'SELL':
        execute(booking, booking.instrumentId ?? '');
        break;
      case 'DEPOSIT':
        cash = add(cash, amount);
        deposits = add(deposits, amount);
        break;
      case 'WITHDRAWAL':
        cash = sub(cash, amount);
        deposits = sub(deposits, amount);
        break;
      case 'DIVIDEND':
      case 'INTEREST':
        cash = add(cash, amount);
        income = add(income, amount);
        break;
      case 'FEE':
        cash = sub(cash, amount);
        fees = add(fees, amount);
        standaloneFees = add(standaloneFees, amount);
        break;
    }
  }
  return {
    lots,
    realised,
    cash,
    income,
    deposits,
    fees,
    standaloneFees,
    tradedValue,
    unmatched,
  };
}
