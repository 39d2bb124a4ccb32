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

/** The event; its occurrence number, and with it the id of an item without one, is still to come. */
export function toTransaction(draft: ItemDraft, facts: TransactionFacts): Numbered {
  const { sender, accountKey } = facts;
  const { symbol, quantityE18, priceE18, netCashE18, eventTimeUs, kind } = draft;
  const instrumentId =
    symbol === null
      ? null
      : (facts.aliases.resolve(sender, symbol, eventTimeUs) ??
        unresolvedInstrument(sender, symbol));
  return {
    eventId: draft.id === null ? null : eventIdOf(sender, draft.id),
    occurrence: draft.occurrence,
    op: draft.op,
    refEventId: draft.ref === null ? null : eventIdOf(sender, draft.ref),
    source: sender,
    feed: null,
    eventTimeUs,
    ingestTimeUs: facts.ingestTimeUs,
    sequence: draft.sequence,
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

type Numbered = Omit<Transaction, 'eventId' | 'occurrence'> & {
  readonly eventId: string | null;
  readonly occurrence: number | null;
};

/**
 * Number equal fingerprints of one day within a request (E10): two equal fills stay two. A sender that cuts a file into requests has
 * numbered them itself. Without an id of the sender, fingerprint and number are the identity (E1).
 */
export function withOccurrences(transactions: readonly Numbered[]): Transaction[] {
  const counts = new Map<string, number>();
  return transactions.map((transaction) => {
    const { source, fingerprint } = transaction;
    const day = formatIsoUs(transaction.eventTimeUs).slice(0, 10);
    const key = `${day}/${fingerprint}`;
    const next = counts.get(key) ?? 0;
    counts.set(key, next + 1);
    const occurrence = transaction.occurrence ?? next;
    const eventId = transaction.eventId ?? eventIdOf(source, `${fingerprint}:${occurrence}`);
    return { ...transaction, eventId, occurrence };
  });
}
