import { parseE18, parseIsoUs } from '@groundswell/domain';
import type { Booking, BookingContent, LedgerArrival, TradePrint } from '../src/index.ts';

/** Midnight UTC of a day of 2024, or an ISO time. */
export function at(text: string): number {
  return parseIsoUs(text.includes('T') ? text : `2024-${text}T00:00:00Z`).us;
}

export interface AnExecution {
  readonly id: string;
  readonly on: string;
  readonly qty: string;
  readonly price: string;
  readonly fee?: string;
  readonly symbol?: string;
  readonly seq?: number;
}

function execution(type: 'BUY' | 'SELL', its: AnExecution): Booking {
  return {
    kind: 'booking',
    id: its.id,
    type,
    investor: 'i',
    currency: 'EUR',
    tsUs: at(its.on),
    seq: its.seq ?? null,
    instrumentId: its.symbol ?? 'x:X',
    qtyE18: parseE18(its.qty),
    priceE18: parseE18(its.price),
    feeE18: parseE18(its.fee ?? '0'),
    amountE18: 0n,
  };
}

export const buy = (its: AnExecution): Booking => execution('BUY', its);
export const sell = (its: AnExecution): Booking => execution('SELL', its);

export function cash(type: Booking['type'], id: string, on: string, amount: string): Booking {
  return {
    ...execution('BUY', { id, on, qty: '0', price: '0' }),
    type,
    instrumentId: null,
    amountE18: parseE18(amount),
  };
}

export function correct(
  id: string,
  ref: string,
  on: string,
  set: Partial<BookingContent>,
): LedgerArrival {
  return { kind: 'correct', id, ref, investor: 'i', tsUs: at(on), seq: null, set };
}

export function cancel(id: string, ref: string, on: string): LedgerArrival {
  return { kind: 'cancel', id, ref, investor: 'i', tsUs: at(on), seq: null };
}

export function mark(instrumentId: string, on: string, price: string, revision = 1) {
  return { instrumentId, tsUs: at(on), priceE18: parseE18(price), revision };
}

export function print(
  id: string,
  tsMs: number,
  price: string,
  size: string,
  extra: Partial<TradePrint> = {},
): TradePrint {
  return {
    kind: 'trade',
    id,
    entity: 'x:X@tape',
    tsUs: tsMs * 1000,
    seq: null,
    priceE18: parseE18(price),
    sizeE18: parseE18(size),
    priceOk: true,
    volOk: true,
    ...extra,
  };
}
