import type { TransactionKind } from '@groundswell/schemas';

/** Kinds a sender may name; anything else is kept as OTHER under its native name (E8). */
const kinds: ReadonlySet<string> = new Set<TransactionKind>([
  'BUY',
  'SELL',
  'SHORT',
  'COVER',
  'DIVIDEND',
  'INTEREST',
  'FEE',
  'TAX',
  'TRANSFER_IN',
  'TRANSFER_OUT',
  'DEPOSIT',
  'WITHDRAWAL',
  'SPLIT',
  'MERGER',
  'SPINOFF',
  'OPTION_EXERCISE',
  'OPTION_ASSIGNMENT',
  'OPTION_EXPIRATION',
  'OTHER',
]);

export function kindOf(nativeKind: string): TransactionKind {
  const upper = nativeKind.toUpperCase();
  return kinds.has(upper) ? (upper as TransactionKind) : 'OTHER';
}

/** Amounts of an item, scaled by 10^18; + is into the account (E7). */
export interface Amounts {
  readonly kind: TransactionKind;
  readonly hasSymbol: boolean;
  readonly quantityE18: bigint;
  readonly priceE18: bigint | null;
  readonly feesE18: bigint | null;
  readonly netCashE18: bigint;
}

export type SignRefusal =
  | 'symbol_missing'
  | 'price_missing'
  | 'price_negative'
  | 'fees_negative'
  | 'quantity_sign'
  | 'net_cash_sign';

/**
 * Signs of E7 and the ranges of C5 in features.md: what the ledger could only refuse later is refused while the sender still listens.
 * @returns the rule that is broken, or null
 */
export function brokenRule(amounts: Amounts): SignRefusal | null {
  const { kind, quantityE18, priceE18, feesE18, netCashE18 } = amounts;
  if (priceE18 !== null && priceE18 < 0n) return 'price_negative';
  if (feesE18 !== null && feesE18 < 0n) return 'fees_negative';
  if (kind === 'DEPOSIT') return netCashE18 > 0n ? null : 'net_cash_sign';
  if (kind === 'WITHDRAWAL') return netCashE18 < 0n ? null : 'net_cash_sign';
  const into = kind === 'BUY' || kind === 'COVER';
  if (!into && kind !== 'SELL' && kind !== 'SHORT') return null;
  if (!amounts.hasSymbol) return 'symbol_missing';
  if (priceE18 === null) return 'price_missing';
  if (into ? quantityE18 <= 0n : quantityE18 >= 0n) return 'quantity_sign';
  // A sale may cost more in fees than it brings; a purchase never brings cash.
  return into && netCashE18 > 0n ? 'net_cash_sign' : null;
}
