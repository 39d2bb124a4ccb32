import {
  ZERO,
  add,
  fraction,
  fractionFromE18,
  isZero,
  mul,
  sign,
  toE18,
} from '@groundswell/domain';
import type { Fraction } from '@groundswell/domain';
import {
  noHoldings,
  type HoldingSums,
  type LedgerState,
  type LedgerStep,
  type LotSelection,
  type Position,
  type RealisedRecord,
  type RejectedEvent,
} from './state.ts';

/** A list that shares its past: adding to one version changes no other. Newest first. */
export interface Chain<T> {
  readonly item: T;
  readonly before: Chain<T> | null;
}

/**
 * The ledger while it is being folded: the only mutable thing in this package. Everything inside its maps and chains is
 * immutable, so `copyBook` is shallow and a copy is never changed by folding on.
 */
export interface Book {
  readonly selection: LotSelection;
  readonly positions: Map<string, Position>;
  readonly realisedByInstrument: Map<string, Fraction>;
  readonly unmatched: Map<string, Fraction>;
  cash: Fraction;
  fees: Fraction;
  standaloneFees: Fraction;
  income: Fraction;
  netDeposits: Fraction;
  tradedValue: Fraction;
  realised: Fraction;
  winners: HoldingSums;
  losers: HoldingSums;
  records: Chain<RealisedRecord> | null;
  steps: Chain<LedgerStep> | null;
  rejections: Chain<RejectedEvent> | null;
  newestTsMs: number | null;
}

export function emptyBook(selection: LotSelection): Book {
  return {
    selection,
    positions: new Map(),
    realisedByInstrument: new Map(),
    unmatched: new Map(),
    cash: ZERO,
    fees: ZERO,
    standaloneFees: ZERO,
    income: ZERO,
    netDeposits: ZERO,
    tradedValue: ZERO,
    realised: ZERO,
    winners: noHoldings,
    losers: noHoldings,
    records: null,
    steps: null,
    rejections: null,
    newestTsMs: null,
  };
}

export function copyBook(book: Book): Book {
  return {
    ...book,
    positions: new Map(book.positions),
    realisedByInstrument: new Map(book.realisedByInstrument),
    unmatched: new Map(book.unmatched),
  };
}

/** Keep the position under its instrument; a flat one is not kept. */
export function putPosition(book: Book, instrumentId: string, position: Position): void {
  if (position.lots.length === 0) book.positions.delete(instrumentId);
  else book.positions.set(instrumentId, position);
}

export function addTo(map: Map<string, Fraction>, key: string, amount: Fraction): void {
  map.set(key, add(map.get(key) ?? ZERO, amount));
}

const dayMs = 86_400_000n;

/** Book a realised record and, if it closed units at a gain or a loss, its holding time (B2). */
export function realise(book: Book, record: RealisedRecord): void {
  book.records = { item: record, before: book.records };
  book.realised = add(book.realised, record.pnl);
  addTo(book.realisedByInstrument, record.instrumentId, record.pnl);
  if (isZero(record.qty) || isZero(record.pnl)) return;
  if (sign(record.pnl) > 0) book.winners = observe(book.winners, record);
  else book.losers = observe(book.losers, record);
}

function observe(sums: HoldingSums, record: RealisedRecord): HoldingSums {
  const days = fraction(BigInt(record.holdMs), dayMs);
  // Rounded, because parts of one lot may fall on both sides and their denominators would never cancel.
  const basis = fractionFromE18(toE18(record.basis));
  return {
    n: sums.n + 1,
    sumDays: add(sums.sumDays, days),
    sumBasis: add(sums.sumBasis, basis),
    sumBasisDays: add(sums.sumBasisDays, mul(basis, days)),
  };
}

/** A finished book, which is never folded on, as the view that readers get. */
export function stateOf(book: Book, orphans: readonly string[]): LedgerState {
  let realisedRecords: readonly RealisedRecord[] | null = null;
  const rejected = oldestFirst(book.rejections);
  return {
    selection: book.selection,
    positions: book.positions,
    cash: book.cash,
    fees: book.fees,
    standaloneFees: book.standaloneFees,
    income: book.income,
    netDeposits: book.netDeposits,
    tradedValue: book.tradedValue,
    realised: book.realised,
    realisedByInstrument: book.realisedByInstrument,
    winners: book.winners,
    losers: book.losers,
    unmatched: book.unmatched,
    newestTsMs: book.newestTsMs,
    get realisedRecords() {
      return (realisedRecords ??= oldestFirst(book.records));
    },
    rejected: rejected.length,
    rejections: rejected,
    orphans,
  };
}

export function oldestFirst<T>(chain: Chain<T> | null): readonly T[] {
  const items: T[] = [];
  for (let link = chain; link; link = link.before) items.push(link.item);
  return items.reverse();
}
