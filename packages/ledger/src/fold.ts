import { add, fractionFromE18, neg, sub } from '@groundswell/domain';
import type { Book } from './book.ts';
import { applyReturnOfCapital, applySpinoff, applySplit, applySymbolChange } from './corporate.ts';
import type { LedgerEvent } from './event.ts';
import { applyExecution } from './execution.ts';
import { flat, type AveragePool, type LedgerOptions } from './state.ts';
import { validateLedgerEvent, type LedgerRejection } from './validate.ts';

/** Fold the next event in C1 order into the book. A refused event moves nothing and is listed with its reason. */
export function applyEvent(book: Book, event: LedgerEvent, options: LedgerOptions): void {
  const { cash, tradedValue } = book;
  const named = [event.instrumentId, event.newInstrumentId, event.childInstrumentId].flatMap(
    (id) => (id ? [{ instrumentId: id, before: poolOf(book, id) }] : []),
  );
  const refusal = validateLedgerEvent(event) ?? move(book, event, options);
  if (refusal) {
    book.rejections = { item: { id: event.id, reason: refusal }, before: book.rejections };
    return;
  }
  book.newestTsMs = event.tsMs;
  const step = {
    event,
    cash: sub(book.cash, cash),
    traded: sub(book.tradedValue, tradedValue),
    pools: named.map((pool) => ({ ...pool, after: poolOf(book, pool.instrumentId) })),
  };
  book.steps = { item: step, before: book.steps };
}

function poolOf(book: Book, instrumentId: string): AveragePool {
  return (book.positions.get(instrumentId) ?? flat).pool;
}

function move(book: Book, event: LedgerEvent, options: LedgerOptions): LedgerRejection | null {
  const amount = fractionFromE18(event.amountE18);
  const instrumentId = event.instrumentId ?? ''; // validated where the type needs one
  switch (event.type) {
    case 'DEPOSIT':
    case 'WITHDRAWAL': {
      const flow = event.type === 'DEPOSIT' ? amount : neg(amount);
      book.cash = add(book.cash, flow);
      book.netDeposits = add(book.netDeposits, flow);
      return null;
    }
    case 'DIVIDEND':
    case 'INTEREST':
      // Never realised P&L (C4).
      book.cash = add(book.cash, amount);
      book.income = add(book.income, amount);
      return null;
    case 'FEE':
      book.cash = add(book.cash, neg(amount));
      book.fees = add(book.fees, amount);
      book.standaloneFees = add(book.standaloneFees, amount);
      return null;
    case 'CORRECT':
    case 'CANCEL':
      return null; // the journal has applied them to their targets
    case 'BUY':
    case 'SELL':
      return applyExecution(book, event, instrumentId, options);
    case 'SPLIT':
      return applySplit(book, event, instrumentId);
    case 'SYMBOL_CHANGE':
      return applySymbolChange(book, event, instrumentId);
    case 'SPINOFF':
      return applySpinoff(book, event, instrumentId);
    case 'RETURN_OF_CAPITAL':
      return applyReturnOfCapital(book, event, instrumentId);
  }
}
