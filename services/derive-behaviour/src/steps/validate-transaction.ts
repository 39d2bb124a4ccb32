import { toLedgerEvent, validateLedgerEvent, type LedgerRejection } from '@groundswell/ledger';
import type { Transaction } from '@groundswell/schemas';

export type TransactionRefusal =
  'bad_event_id' | 'bad_event_time' | 'missing_price' | 'out_of_range' | LedgerRejection;

/** 1990 to 2100: a time in another unit falls outside. */
const FIRST_US = 631_152_000_000_000;
const LAST_US = 4_102_444_800_000_000;
const MAX_E18 = 10n ** 36n;

/** Creates the step that judges the ranges of a transaction (Q2, C5). */
export function createValidateTransactionStep(): (
  transaction: Transaction,
) => TransactionRefusal | null {
  return function validateTransaction(transaction) {
    if (transaction.eventId === '' || transaction.eventId.length > 300) return 'bad_event_id';
    if (transaction.eventTimeUs < FIRST_US || transaction.eventTimeUs > LAST_US)
      return 'bad_event_time';
    const amounts = [
      transaction.quantityE18,
      transaction.netCashE18,
      transaction.priceE18 ?? 0n,
      transaction.feesE18 ?? 0n,
    ];
    if (amounts.some((amount) => amount >= MAX_E18 || amount <= -MAX_E18)) return 'out_of_range';
    const event = toLedgerEvent(transaction);
    if (event === null) return null;
    const execution = event.type === 'BUY' || event.type === 'SELL';
    if (execution && transaction.priceE18 === null) return 'missing_price';
    return validateLedgerEvent(event) ?? validateReplacement(transaction);
  };
}

/** What a correction puts in place must be foldable by itself. */
function validateReplacement(transaction: Transaction): TransactionRefusal | null {
  if (transaction.op !== 'CORRECT') return null;
  const replacement = toLedgerEvent({ ...transaction, op: 'CREATE' });
  if (replacement === null) return null;
  const execution = replacement.type === 'BUY' || replacement.type === 'SELL';
  if (execution && transaction.priceE18 === null) return 'missing_price';
  return validateLedgerEvent(replacement);
}
