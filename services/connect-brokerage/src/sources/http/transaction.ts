import { unresolvedInstrument, type AliasTable } from '@groundswell/connector';
import { formatE18, formatIsoUs } from '@groundswell/domain';
import type { Transaction } from '@groundswell/schemas';
import type { ItemDraft } from './parse.ts';
import { fingerprintOf } from './pseudonym.ts';

/** event_id of a sender's item (T9). */
export function eventIdOf(sender: string, id: string): string {
  return `http:${sender}:${id}`;
}

export interface TransactionFacts {
  readonly sender: string;
  readonly accountKey: string;
  readonly investorKey: string;
  readonly ingestTimeUs: number;
  readonly aliases: AliasTable;
}

/** The event without its occurrence number. */
export function toTransaction(
  draft: ItemDraft,
  facts: TransactionFacts,
): Omit<Transaction, 'occurrence'> {
  const { sender, accountKey } = facts;
  const { symbol, quantityE18, priceE18, netCashE18, eventTimeUs, kind } = draft;
  const instrumentId =
    symbol === null
      ? null
      : (facts.aliases.resolve(sender, symbol, eventTimeUs) ??
        unresolvedInstrument(sender, symbol));
  return {
    eventId: eventIdOf(sender, draft.id),
    op: draft.op,
    refEventId: draft.ref === null ? null : eventIdOf(sender, draft.ref),
    source: sender,
    feed: null,
    eventTimeUs,
    ingestTimeUs: facts.ingestTimeUs,
    sequence: null,
    eventTimeNanosRem: draft.eventTimeNanosRem,
    accountKey,
    investorKey: facts.investorKey,
    kind,
    nativeKind: draft.nativeKind,
    instrumentId,
    nativeSymbol: symbol,
    quantityE18,
    priceE18,
    grossE18: priceE18 === null ? null : grossOf(quantityE18, priceE18),
    feesE18: draft.feesE18,
    netCashE18,
    currency: draft.currency,
    fxRateE18: null,
    eventTimePrecision: draft.precision,
    settledOn: draft.settledOn,
    orderId: draft.orderId,
    executionId: draft.executionId,
    positionAfterE18: null,
    fingerprint: fingerprintOf([
      accountKey,
      String(eventTimeUs),
      kind,
      symbol ?? '',
      formatE18(quantityE18),
      priceE18 === null ? '' : formatE18(priceE18),
      formatE18(netCashE18),
      draft.executionId ?? draft.orderId ?? '',
    ]),
  };
}

/** |quantity| x price where it has an exact value of 18 decimals that fits; null else: it is a convenience, never a source of truth. */
function grossOf(quantityE18: bigint, priceE18: bigint): bigint | null {
  const product = (quantityE18 < 0n ? -quantityE18 : quantityE18) * priceE18;
  const gross = product / 10n ** 18n;
  return product % 10n ** 18n === 0n && gross < 10n ** 38n ? gross : null;
}

/** Number equal fingerprints of one day within a request (E10): two equal fills stay two. */
export function withOccurrences(
  transactions: readonly Omit<Transaction, 'occurrence'>[],
): Transaction[] {
  const counts = new Map<string, number>();
  return transactions.map((transaction) => {
    const day = formatIsoUs(transaction.eventTimeUs).slice(0, 10);
    const key = `${day}/${transaction.fingerprint}`;
    const occurrence = counts.get(key) ?? 0;
    counts.set(key, occurrence + 1);
    return { ...transaction, occurrence };
  });
}
