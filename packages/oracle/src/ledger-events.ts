import { compareOrdered, msOf, type Ordered } from './order.ts';

export type BookingType =
  'BUY' | 'SELL' | 'DEPOSIT' | 'WITHDRAWAL' | 'DIVIDEND' | 'INTEREST' | 'FEE';

/** What a booking says, and what a correction may replace. Executions use quantity, price, fee; cash events the amount. */
export interface BookingContent {
  readonly type: BookingType;
  readonly tsUs: number;
  readonly seq: number | null;
  readonly instrumentId: string | null;
  readonly qtyE18: bigint;
  readonly priceE18: bigint;
  readonly feeE18: bigint;
  /** Positive for deposits, withdrawals and fees; dividends and interest are signed, + into the account. */
  readonly amountE18: bigint;
}

interface Arrival extends Ordered {
  readonly investor: string;
  /** When it entered the platform, epoch micros. @default its event time */
  readonly ingestUs?: number;
}
export interface Booking extends Arrival, BookingContent {
  readonly kind: 'booking';
  readonly currency: string | null;
}
export interface BookingCorrection extends Arrival {
  readonly kind: 'correct';
  readonly ref: string;
  readonly set: Partial<BookingContent>;
}
export interface BookingCancel extends Arrival {
  readonly kind: 'cancel';
  readonly ref: string;
}
export type LedgerArrival = Booking | BookingCorrection | BookingCancel;

/** Newest price of an instrument at a time; of several revisions of one time the highest stands. */
export interface MarkArrival {
  readonly instrumentId: string;
  readonly tsUs: number;
  readonly priceE18: bigint;
  readonly revision: number;
  /** What the past day spanned that this mark closes, where somebody summed it up. */
  readonly day?: { readonly lowE18: bigint; readonly highE18: bigint };
}

/** Why a booking never reaches a ledger (C5). */
export type Refusal = 'quantity_not_positive' | 'price_negative' | 'fee_negative';

export function refusalOf(event: LedgerArrival): Refusal | null {
  if (event.kind === 'cancel') return null;
  const { type, qtyE18, priceE18, feeE18 }: Partial<BookingContent> =
    event.kind === 'correct' ? event.set : event;
  if (type !== undefined && type !== 'BUY' && type !== 'SELL') return null;
  if (qtyE18 !== undefined && qtyE18 <= 0n) return 'quantity_not_positive';
  if (priceE18 !== undefined && priceE18 < 0n) return 'price_negative';
  return feeE18 !== undefined && feeE18 < 0n ? 'fee_negative' : null;
}

/** One investor's distinct events, and what is left of them to fold. */
export interface Effective {
  /** After corrections, in C1 order. */
  readonly bookings: readonly Booking[];
  /** Corrections without a target. */
  readonly orphans: number;
  /** Ids that came again with other content. */
  readonly conflicts: number;
  /** Distinct events, corrections included. */
  readonly known: number;
}

/** C14: the first of an id wins, CANCEL is terminal, CORRECTs replace the named fields in their own order; C1 sorts what is left. */
export function effective(arrivals: readonly LedgerArrival[]): Effective {
  const distinct = new Map<string, LedgerArrival>();
  let conflicts = 0;
  for (const event of arrivals) {
    const known = distinct.get(event.id);
    if (known === undefined) distinct.set(event.id, event);
    else if (textOf(known) !== textOf(event)) conflicts += 1;
  }
  const events = [...distinct.values()];
  const bookings = new Map<string, Booking>();
  for (const event of events) if (event.kind === 'booking') bookings.set(event.id, event);
  const corrections = events.filter((event) => event.kind !== 'booking').toSorted(compareOrdered);
  let orphans = 0;
  const cancelled = new Set<string>();
  for (const correction of corrections) {
    const target = bookings.get(correction.ref);
    if (target === undefined) orphans += 1;
    else if (correction.kind === 'cancel') cancelled.add(correction.ref);
    else bookings.set(correction.ref, { ...target, ...correction.set });
  }
  return {
    bookings: [...bookings.values()].filter(({ id }) => !cancelled.has(id)).toSorted(compareC1),
    orphans,
    conflicts,
    known: events.length,
  };
}

function compareC1(a: Booking, b: Booking): number {
  return msOf(a.tsUs) - msOf(b.tsUs) || rankOf(a.type) - rankOf(b.type) || compareOrdered(a, b);
}

function rankOf(type: BookingType): number {
  if (type === 'DEPOSIT') return 1;
  return type === 'BUY' || type === 'SELL' ? 3 : 4;
}

/** Content for comparison: the same event may enter the platform twice at different times. */
function textOf(event: LedgerArrival): string {
  return JSON.stringify({ ...event, ingestUs: null }, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}
