import {
  add,
  cmp,
  div,
  fractionFromE18,
  mul,
  neg,
  sign,
  sub,
  ZERO,
  type Fraction,
} from '@groundswell/domain';
import type { Oversell } from './fold.ts';
import type { Booking } from './ledger-events.ts';

/** A position as one average; quantity and cost of a short are negative. */
export interface Pool {
  readonly qty: Fraction;
  readonly cost: Fraction;
  /** Buy fees inside `cost`. */
  readonly fee: Fraction;
}

export const noPool: Pool = { qty: ZERO, cost: ZERO, fee: ZERO };

/** What one execution did to one pool. */
export interface Executed {
  readonly booking: Booking;
  readonly pool: Pool;
  /** Units that changed hands, >= 0. */
  readonly units: Fraction;
  /** Average-cost P&L net of fees of the long units that were sold; null when none were. */
  readonly pnl: Fraction | null;
}

/** Executions of one instrument in C1 order against the average pool (L1, L5, C3). */
export function executeAll(bookings: readonly Booking[], oversell: Oversell): readonly Executed[] {
  let pool = noPool;
  return bookings.map((booking) => {
    const executed = execute(pool, booking, oversell);
    pool = executed.pool;
    return executed;
  });
}

function execute(pool: Pool, booking: Booking, oversell: Oversell): Executed {
  const asked = fractionFromE18(booking.qtyE18);
  const price = fractionFromE18(booking.priceE18);
  const feePerUnit = div(fractionFromE18(booking.feeE18), asked);
  if (booking.type === 'BUY') {
    const covered = smaller(asked, sign(pool.qty) < 0 ? neg(pool.qty) : ZERO);
    const rest = sub(asked, covered);
    const left = without(pool, covered);
    const bought = {
      qty: add(left.qty, rest),
      cost: add(left.cost, mul(rest, add(price, feePerUnit))),
      fee: add(left.fee, mul(rest, feePerUnit)),
    };
    return { booking, pool: bought, units: asked, pnl: null };
  }
  const closed = smaller(asked, sign(pool.qty) > 0 ? pool.qty : ZERO);
  const rest = oversell === 'reject' ? ZERO : sub(asked, closed);
  const left = without(pool, closed);
  const net = sub(price, feePerUnit);
  const sold = {
    qty: sub(left.qty, rest),
    cost: sub(left.cost, mul(rest, net)),
    fee: left.fee,
  };
  const pnl = sign(closed) > 0 ? sub(mul(closed, net), sub(pool.cost, left.cost)) : null;
  return { booking, pool: sold, units: add(closed, rest), pnl };
}

/** The pool after `units` of it are gone, pro rata. */
function without(pool: Pool, units: Fraction): Pool {
  if (sign(units) === 0) return pool;
  const size = sign(pool.qty) < 0 ? neg(pool.qty) : pool.qty;
  if (cmp(size, units) === 0) return noPool;
  const share = div(sub(size, units), size);
  return { qty: mul(pool.qty, share), cost: mul(pool.cost, share), fee: mul(pool.fee, share) };
}

export function smaller(a: Fraction, b: Fraction): Fraction {
  return cmp(a, b) < 0 ? a : b;
}
