import { usToMs } from '@groundswell/domain';
import type { LedgerEvent, LedgerEventType } from '@groundswell/ledger';
import type { Transaction, TransactionKind } from '@groundswell/schemas';

/** Kinds that the ledger folds (E11). The others are stored and counted as unsupported; corporate actions are broadcast facts. */
const TYPES: Partial<Record<TransactionKind, LedgerEventType>> = {
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
 * A transaction as the ledger sees it, or null where its kind is not folded. A CORRECT replaces everything but the time of its target:
 * its own time orders several corrections of one event (C14). Signs: quantity and cash are + into the account (E7).
 */
export function toLedgerEvent(transaction: Transaction): LedgerEvent | null {
  const base = {
    id: transaction.eventId,
    tsMs: usToMs(transaction.eventTimeUs),
    // C1: finer time without a sequence orders by what is left below the millisecond.
    seq: transaction.sequence ?? transaction.eventTimeUs - usToMs(transaction.eventTimeUs) * 1000,
  };
  const none = { instrumentId: null, qtyE18: 0n, priceE18: 0n, feeE18: 0n, amountE18: 0n };
  const ref = transaction.refEventId;
  if (transaction.op === 'CANCEL') {
    return { ...base, ...none, type: 'CANCEL', ...(ref === null ? {} : { ref }) };
  }
  const type = TYPES[transaction.kind];
  if (type === undefined) return null;
  const content = { type, ...contentOf(type, transaction) };
  if (transaction.op === 'CREATE') return { ...base, ...content };
  return { ...base, ...none, type: 'CORRECT', set: content, ...(ref === null ? {} : { ref }) };
}

function contentOf(type: LedgerEventType, transaction: Transaction) {
  const execution = type === 'BUY' || type === 'SELL';
  const signed = type === 'DIVIDEND' || type === 'INTEREST';
  return {
    instrumentId: transaction.instrumentId,
    qtyE18: execution ? magnitude(transaction.quantityE18) : 0n,
    priceE18: execution ? (transaction.priceE18 ?? -1n) : 0n,
    feeE18: execution ? (transaction.feesE18 ?? 0n) : 0n,
    amountE18: execution ? 0n : signed ? transaction.netCashE18 : magnitude(transaction.netCashE18),
  };
}

function magnitude(valueE18: bigint): bigint {
  return valueE18 < 0n ? -valueE18 : valueE18;
}
