import { ONE_E18 } from '@groundswell/domain';
import { isCorrection, type LedgerEvent } from './event.ts';

/**
 * Why an event cannot be folded. The first group is seen from the event alone and belongs to its dead letter (C5); the
 * second only when its turn comes in the fold, so a later arrival can still lift it.
 */
export type LedgerRejection =
  | 'bad_time'
  | 'quantity_not_positive'
  | 'negative_price'
  | 'negative_fee'
  | 'negative_amount'
  | 'missing_instrument'
  | 'missing_target_instrument'
  | 'bad_ratio'
  | 'bad_basis_fraction'
  | 'bad_named_lot'
  | 'missing_ref'
  | 'missing_set'
  | 'unknown_lot'
  | 'lot_too_small'
  | 'lots_do_not_sum'
  | 'opposite_positions';

/** Rule C5 and the fields that each type needs; null = the event may be folded. Price 0 is valid (worthless expiry). */
export function validateLedgerEvent(event: LedgerEvent): LedgerRejection | null {
  if (!Number.isSafeInteger(event.tsMs) || !Number.isSafeInteger(event.seq ?? 0)) return 'bad_time';
  switch (event.type) {
    case 'BUY':
    case 'SELL':
      return rejectExecution(event);
    case 'DEPOSIT':
    case 'WITHDRAWAL':
    case 'FEE':
      return event.amountE18 < 0n ? 'negative_amount' : null;
    case 'DIVIDEND':
    case 'INTEREST':
      return null; // either sign: a short position pays dividends, a margin loan pays interest
    case 'SPLIT':
    case 'SYMBOL_CHANGE':
    case 'SPINOFF':
    case 'RETURN_OF_CAPITAL':
      return rejectCorporateAction(event);
    case 'CORRECT':
    case 'CANCEL':
      return rejectCorrection(event);
  }
}

function rejectExecution(event: LedgerEvent): LedgerRejection | null {
  if (!event.instrumentId) return 'missing_instrument';
  if (event.qtyE18 <= 0n) return 'quantity_not_positive';
  if (event.priceE18 < 0n) return 'negative_price';
  if (event.feeE18 < 0n) return 'negative_fee';
  return event.lots?.some((named) => named.qtyE18 <= 0n) ? 'bad_named_lot' : null;
}

function rejectCorporateAction(event: LedgerEvent): LedgerRejection | null {
  if (!event.instrumentId) return 'missing_instrument';
  if (event.type === 'SYMBOL_CHANGE') return rejectTarget(event, event.newInstrumentId);
  if (event.type === 'RETURN_OF_CAPITAL') return event.amountE18 < 0n ? 'negative_amount' : null;
  if (!event.ratio || event.ratio.n <= 0n || event.ratio.d <= 0n) return 'bad_ratio';
  if (event.type === 'SPLIT')
    return (event.cashInLieuPriceE18 ?? 0n) < 0n ? 'negative_price' : null;
  const basis = event.basisFractionE18;
  if (basis === undefined || basis < 0n || basis > ONE_E18) return 'bad_basis_fraction';
  return rejectTarget(event, event.childInstrumentId);
}

function rejectTarget(event: LedgerEvent, target: string | undefined): LedgerRejection | null {
  return !target || target === event.instrumentId ? 'missing_target_instrument' : null;
}

function rejectCorrection(event: LedgerEvent): LedgerRejection | null {
  if (!event.ref) return 'missing_ref';
  if (event.type === 'CANCEL') return null;
  const { set } = event;
  if (!set || Object.keys(set).length === 0) return 'missing_set';
  // A correction cannot turn its target into another correction (C14).
  return set.type && isCorrection({ ...event, type: set.type }) ? 'missing_set' : null;
}
