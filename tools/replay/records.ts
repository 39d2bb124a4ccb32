import { divideHalfEven, InvariantError, ONE_E18 } from '@groundswell/domain';
import type { AssetClass, Mark, Op, Trade, Transaction } from '@groundswell/schemas';
import {
  NO_CURRENCY,
  type TapeCash,
  type TapeExecution,
  type TapeHeader,
  type TapeInstrument,
  type TapeTrade,
} from '../tape/index.ts';
import type { Resolved } from './resolve.ts';

export type ReplayTopic =
  'market.trade.v1' | 'brokerage.transaction.v1' | 'market.mark.v1' | 'social.post.v1';

/** Posts go through the intake of their connector instead. */
type Mapped = Exclude<Resolved, { readonly topic: 'post' }>;

/** A record for its topic. */
export type TopicRecord =
  | { readonly topic: 'market.trade.v1'; readonly key: string; readonly record: Trade }
  | {
      readonly topic: 'brokerage.transaction.v1';
      readonly key: string;
      readonly record: Transaction;
    }
  | { readonly topic: 'market.mark.v1'; readonly key: string; readonly record: Mark };

const SOURCE = 'tape';

/** The record that a connector would have published; keys as E4. Without a recorded ingest time it is the event time. */
export function createRecordMapper(header: TapeHeader): (resolved: Mapped) => TopicRecord {
  const instruments = new Map(header.instruments.map((instrument) => [instrument.id, instrument]));
  const instrumentOf = (id: string): TapeInstrument => {
    const found = instruments.get(id);
    if (found === undefined) throw new InvariantError('an instrument that the reader let through');
    return found;
  };
  return (resolved) => {
    switch (resolved.topic) {
      case 'trade':
        return tradeRecord(resolved, instrumentOf);
      case 'booking':
        return transactionRecord(resolved, instrumentOf);
      case 'mark':
        return markRecord(resolved, instrumentOf);
    }
  };
}

type InstrumentOf = (id: string) => TapeInstrument;

function envelope(
  { op, event }: Mapped,
  eventTimeUs: number,
  feed: string | null,
): {
  readonly eventId: string;
  readonly op: Op;
  readonly refEventId: string | null;
  readonly source: string;
  readonly feed: string | null;
  readonly eventTimeUs: number;
  readonly ingestTimeUs: number;
  readonly eventTimeNanosRem: null;
} {
  return {
    eventId: event.id,
    op,
    refEventId: 'ref' in event ? event.ref : null,
    source: SOURCE,
    feed,
    eventTimeUs,
    ingestTimeUs: event.ingestUs ?? eventTimeUs,
    eventTimeNanosRem: null,
  };
}

function tradeRecord(
  resolved: Extract<Resolved, { topic: 'trade' }>,
  instrumentOf: InstrumentOf,
): TopicRecord {
  const content: TapeTrade | null =
    resolved.op === 'CREATE' ? resolved.event : resolved.op === 'CORRECT' ? resolved.content : null;
  const symbol = resolved.op === 'CANCEL' ? resolved.symbol : (content?.symbol ?? '');
  const { id, feed } = instrumentOf(symbol);
  return {
    topic: 'market.trade.v1',
    key: `${id}@${feed}`,
    record: {
      // A corrected trade is at the time it now has; a cancel keeps its own.
      ...envelope(resolved, content?.tsUs ?? resolved.event.tsUs, feed),
      sequence: content === null ? resolved.event.seq : content.seq,
      venue: feed,
      assetClass: assetClassOf(id),
      instrumentId: id,
      nativeSymbol: id.slice(id.indexOf(':') + 1),
      priceE18: content?.priceE18 ?? 0n,
      sizeE18: content?.sizeE18 ?? 0n,
      aggressor: 'UNKNOWN',
      sourceTimeUs: null,
      nativeTradeId: null,
      conditions: content?.conditions ?? [],
      priceOk: content?.priceOk ?? true,
      volOk: content?.volOk ?? true,
      conditionTable: null,
      delayedSeconds: 0,
      licence: 'tape',
    },
  };
}

function transactionRecord(
  resolved: Extract<Resolved, { topic: 'booking' }>,
  instrumentOf: InstrumentOf,
): TopicRecord {
  const { event } = resolved;
  const content: TapeExecution | TapeCash | null =
    resolved.op === 'CREATE' ? resolved.event : resolved.op === 'CORRECT' ? resolved.content : null;
  const investor = resolved.op === 'CANCEL' ? resolved.investor : (content?.investor ?? '');
  const instrument = typeof content?.symbol === 'string' ? instrumentOf(content.symbol) : null;
  return {
    topic: 'brokerage.transaction.v1',
    key: investor,
    record: {
      ...envelope(resolved, event.tsUs, null),
      sequence: event.seq,
      accountKey: content?.account ?? investor,
      investorKey: investor,
      kind: content?.type ?? 'OTHER',
      nativeKind: event.type,
      instrumentId: instrument?.id ?? null,
      nativeSymbol: instrument?.id ?? null,
      ...amounts(content),
      currency: content?.currency ?? instrument?.currency ?? NO_CURRENCY,
      fxRateE18: null,
      eventTimePrecision: 'MICRO',
      settledOn: null,
      orderId: content !== null && 'orderId' in content ? content.orderId : null,
      executionId: null,
      positionAfterE18: null,
      fingerprint: event.id,
      occurrence: 0,
    },
  };
}

/** Signs of E7: + is into the account. */
function amounts(
  content: TapeExecution | TapeCash | null,
): Pick<Transaction, 'quantityE18' | 'priceE18' | 'grossE18' | 'feesE18' | 'netCashE18'> {
  if (content === null || !('qtyE18' in content)) {
    const outward = content?.type === 'WITHDRAWAL' || content?.type === 'FEE';
    const amountE18 = content?.amountE18 ?? 0n;
    return {
      quantityE18: 0n,
      priceE18: null,
      grossE18: null,
      feesE18: null,
      netCashE18: outward ? -amountE18 : amountE18,
    };
  }
  const { type, qtyE18, priceE18, feeE18 } = content;
  const grossE18 = divideHalfEven(qtyE18 * priceE18, ONE_E18);
  return {
    quantityE18: type === 'BUY' ? qtyE18 : -qtyE18,
    priceE18,
    grossE18,
    feesE18: feeE18,
    netCashE18: (type === 'BUY' ? -grossE18 : grossE18) - feeE18,
  };
}

function markRecord(
  resolved: Extract<Resolved, { topic: 'mark' }>,
  instrumentOf: InstrumentOf,
): TopicRecord {
  const content = resolved.op === 'CREATE' ? resolved.event : resolved.content;
  const { id, feed, currency } = instrumentOf(content.symbol);
  return {
    topic: 'market.mark.v1',
    key: `${id}@${feed}`,
    record: {
      ...envelope(resolved, content.tsUs, feed),
      sequence: resolved.event.seq,
      instrumentId: id,
      priceE18: content.priceE18,
      currency,
      revision: resolved.op === 'CREATE' ? 1 : resolved.revision,
    },
  };
}

function assetClassOf(instrumentId: string): AssetClass {
  if (instrumentId.startsWith('crypto:')) return 'CRYPTO';
  return instrumentId.startsWith('equity:') ? 'EQUITY' : 'OTHER';
}
