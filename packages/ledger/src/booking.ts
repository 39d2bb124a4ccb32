import { usToMs } from '@groundswell/domain';
import type { LedgerEvent, LedgerEventType } from './event.ts';
import type { LedgerOptions } from './state.ts';

/** How every investor's ledger is folded, live and wherever it is recomputed (N4). */
export const investorLedger: LedgerOptions = { selection: 'fifo', oversell: 'open_short' };

export type BookingKind =
  | 'BUY'
  | 'SELL'
  | 'SHORT'
  | 'COVER'
  | 'DIVIDEND'
  | 'INTEREST'
  | 'FEE'
  | 'TAX'
  | 'TRANSFER_IN'
  | 'TRANSFER_OUT'
  | 'DEPOSIT'
  | 'WITHDRAWAL'
  | 'SPLIT'
  | 'MERGER'
  | 'SPINOFF'
  | 'OPTION_EXERCISE'
  | 'OPTION_ASSIGNMENT'
  | 'OPTION_EXPIRATION'
  | 'OTHER';

/** What the ledger reads of a booking on an account: a part of the record `Transaction`. Quantity and cash are + into the account (E7). */
export interface Booking {
  readonly eventId: string;
  readonly op: 'CREATE' | 'CORRECT' | 'CANCEL';
  readonly refEventId: string | null;
  readonly eventTimeUs: number;
  readonly sequence: number | null;
  readonly kind: BookingKind;
  readonly instrumentId: string | null;
  readonly quantityE18: bigint;
  readonly priceE18: bigint | null;
  readonly feesE18: bigint | null;
  readonly netCashE18: bigint;
}

/** Kinds that the ledger folds (E11). The others are stored and counted as unsupported; corporate actions are broadcast facts. */
const TYPES: Partial<Record<BookingKind, LedgerEventType>> = {
  BUY: 'BUY',
  COVER: 'BUY',
  SELL: 'SELL',
  SHORT: 'SELL',
  DEPOSIT: 'DEPOSIT',
  WITHDRAWAL: 'WITHDRAWAL',
  DIVIDEND: 'DIVIDEND',
  INTEREST: 'INTEREST',
  FEE: 'FEE',
  TAX: 'FEE',
};

/**
 * A booking as the ledger sees it, or null where its kind is not folded. A CORRECT replaces everything but the time of its target:
 * its own time orders several corrections of one event (C14).
 */
export function toLedgerEvent(booking: Booking): LedgerEvent | null {
  const base = {
    id: booking.eventId,
    tsMs: usToMs(booking.eventTimeUs),
    // C1: finer time without a sequence orders by what is left below the millisecond.
    seq: booking.sequence ?? booking.eventTimeUs - usToMs(booking.eventTimeUs) * 1000,
  };
  const none = { instrumentId: null, qtyE18: 0n, priceE18: 0n, feeE18: 0n, amountE18: 0n };
  const ref = booking.refEventId;
  if (booking.op === 'CANCEL') {
    return { ...base, ...none, type: 'CANCEL', ...(ref === null ? {} : { ref }) };
  }
  const type = TYPES[booking.kind];
  if (type === undefined) return null;
  const content = { type, ...contentOf(type, booking) };
  if (booking.op === 'CREATE') return { ...base, ...content };
  return { ...base, ...none, type: 'CORRECT', set: content, ...(ref === null ? {} : { ref }) };
}

function contentOf(type: LedgerEventType, booking: Booking) {
  const execution = type === 'BUY' || type === 'SELL';
  const signed = type === 'DIVIDEND' || type === 'INTEREST';
  return {
    instrumentId: booking.instrumentId,
    qtyE18: execution ? magnitude(booking.quantityE18) : 0n,
    priceE18: execution ? (booking.priceE18 ?? -1n) : 0n,
    feeE18: execution ? (booking.feesE18 ?? 0n) : 0n,
    amountE18: execution ? 0n : signed ? booking.netCashE18 : magnitude(booking.netCashE18),
  };
}

function magnitude(valueE18: bigint): bigint {
  return valueE18 < 0n ? -valueE18 : valueE18;
}
