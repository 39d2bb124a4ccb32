/** What the ledger folds. Marks are not among them: valuation takes prices as an argument. */
export type LedgerEventType =
  | 'BUY'
  | 'SELL'
  | 'DEPOSIT'
  | 'WITHDRAWAL'
  | 'DIVIDEND'
  | 'INTEREST'
  | 'FEE'
  | 'SPLIT'
  | 'SYMBOL_CHANGE'
  | 'SPINOFF'
  | 'RETURN_OF_CAPITAL'
  | 'CORRECT'
  | 'CANCEL';

/** `n` new units for `d` old ones; both > 0. */
export interface Ratio {
  readonly n: bigint;
  readonly d: bigint;
}

/** One lot that a closing execution names (L4 specific); `lot` is the id of the execution that opened it. */
export interface NamedLot {
  readonly lot: string;
  readonly qtyE18: bigint;
}

/** The fields that a CORRECT may replace. */
export interface LedgerEventChange {
  readonly type?: LedgerEventType;
  readonly tsMs?: number;
  readonly seq?: number | null;
  readonly instrumentId?: string | null;
  readonly qtyE18?: bigint;
  readonly priceE18?: bigint;
  readonly feeE18?: bigint;
  readonly amountE18?: bigint;
}

/**
 * One fact on an investor's account. `...E18` values are scaled by 10^18 and 0n where the type has no use for them.
 * `qtyE18`, `priceE18` and `feeE18` belong to executions and carry no sign; `amountE18` is the cash of DEPOSIT,
 * WITHDRAWAL and FEE (no sign), of DIVIDEND and INTEREST (+ is received), and the cash per unit of RETURN_OF_CAPITAL.
 */
export interface LedgerEvent {
  /** Identity of the fact: the same id again is a duplicate, never an update (C14). */
  readonly id: string;
  readonly type: LedgerEventType;
  /** Event time, epoch milliseconds. */
  readonly tsMs: number;
  /** The source's own sequence; null orders as 0. */
  readonly seq: number | null;
  readonly instrumentId: string | null;
  readonly qtyE18: bigint;
  readonly priceE18: bigint;
  readonly feeE18: bigint;
  readonly amountE18: bigint;
  /** SPLIT and SPINOFF. */
  readonly ratio?: Ratio;
  /** SYMBOL_CHANGE: the instrument that `instrumentId` becomes. */
  readonly newInstrumentId?: string;
  /** SPINOFF: the instrument that is given out. */
  readonly childInstrumentId?: string;
  /** SPINOFF: the part of the cost that goes to the child, 0..1 scaled by 10^18. */
  readonly basisFractionE18?: bigint;
  /** SPLIT: price per new unit at which the fractional unit is sold; absent = fractions are kept. */
  readonly cashInLieuPriceE18?: bigint;
  /** BUY and SELL: the lots to close; absent or empty = by the ledger's own selection. */
  readonly lots?: readonly NamedLot[];
  /** CORRECT and CANCEL: the id of the event they are about. */
  readonly ref?: string;
  /** CORRECT: the fields to replace. */
  readonly set?: LedgerEventChange;
}

/** The place of an event in the order C1. */
export interface OrderKey {
  readonly tsMs: number;
  readonly rank: number;
  readonly seq: number;
  readonly id: string;
}

/** Ranks of C1; 2 is the MARK, which the ledger does not fold. */
const ranks: Readonly<Record<LedgerEventType, number>> = {
  SPLIT: 0,
  SYMBOL_CHANGE: 0,
  SPINOFF: 0,
  RETURN_OF_CAPITAL: 0,
  DEPOSIT: 1,
  BUY: 3,
  SELL: 3,
  WITHDRAWAL: 4,
  DIVIDEND: 4,
  INTEREST: 4,
  FEE: 4,
  CORRECT: 4,
  CANCEL: 4,
};

export function orderKeyOf(event: LedgerEvent): OrderKey {
  return { tsMs: event.tsMs, rank: ranks[event.type], seq: event.seq ?? 0, id: event.id };
}

/** C1: time, rank, sequence, id. Arrival never breaks a tie. Negative, 0 or positive, as for a sort. */
export function compareEvents(a: LedgerEvent, b: LedgerEvent): number {
  return (
    a.tsMs - b.tsMs ||
    ranks[a.type] - ranks[b.type] ||
    (a.seq ?? 0) - (b.seq ?? 0) ||
    compareIds(a.id, b.id)
  );
}

/** By UTF-16 code unit, never by locale (C1). */
export function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function isCorrection(event: LedgerEvent): boolean {
  return event.type === 'CORRECT' || event.type === 'CANCEL';
}

/** One text per content: equal texts mean equal events, whatever the order in which their fields were written. */
export function canonicalText(event: LedgerEvent): string {
  return JSON.stringify(event, (_key, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => compareIds(a, b)));
  });
}
