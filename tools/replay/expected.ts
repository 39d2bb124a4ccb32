import { parseE18 } from '@groundswell/domain';
import { partitionOf } from '@groundswell/kafka';
import {
  batchBars,
  batchLedger,
  lateTrades,
  type Bar,
  type LedgerArrival,
  type LedgerBatch,
  type MarkArrival,
  type TradeArrival,
  type TradeVerdicts,
} from '@groundswell/oracle';
import { features, topics } from '@groundswell/schemas';
import type { TapeCash, TapeExecution, TapeHeader } from '../tape/index.ts';
import type { Resolved } from './resolve.ts';

/** What a correct platform ends with, recomputed from the tape alone. */
export interface Expected {
  readonly trades: TradeVerdicts;
  readonly bars: readonly Bar[];
  readonly ledger: LedgerBatch;
}

const MINUTE_MS = 60_000;
/** A tape's bookings have times that are no days (W6a). */
const BOOKING_BOUND_MS = 60_000;

export function expectedOf(header: TapeHeader, events: readonly Resolved[]): Expected {
  const { windows } = features['market.bar'];
  const sizesMs = windows.map(({ sizeMs }) => sizeMs);
  const feeds = new Map(header.instruments.map(({ id, feed }) => [id, feed]));
  const entityOf = (symbol: string) => `${symbol}@${feeds.get(symbol) ?? ''}`;
  const topic = topics['market.trade.v1'];
  const trades = lateTrades(
    events.flatMap((event) => tradeArrival(event, entityOf)),
    {
      sizesMs,
      graceMs: windows[0].graceMs,
      correctionMs: windows[0].correctionMs,
      futureBoundMs: topic.futureBoundMs,
      horizonMs: topic.dedupeHorizonMs,
      partitionOf: (entity) => partitionOf(Buffer.from(entity), topic.partitions),
    },
  );
  const bars = batchBars(trades.accepted, sizesMs);
  const ledger = batchLedger(
    events.flatMap(ledgerArrival),
    [...events.flatMap(markArrival), ...bars.flatMap(minuteMark)],
    {
      futureBoundMs: BOOKING_BOUND_MS,
      days: {
        zoneOf: (instrumentId) => (instrumentId === null ? 'UTC' : (header.zone ?? 'UTC')),
        graceMs: windows[0].graceMs + windows[0].correctionMs,
      },
    },
  );
  return { trades, bars, ledger };
}

function tradeArrival(
  resolved: Resolved,
  entityOf: (symbol: string) => string,
): readonly TradeArrival[] {
  if (resolved.topic !== 'trade') return [];
  const { op, event } = resolved;
  const base = {
    id: event.id,
    tsUs: event.tsUs,
    seq: event.seq,
    ...(event.ingestUs === null ? {} : { ingestUs: event.ingestUs }),
  };
  if (op === 'CANCEL') {
    return [{ kind: 'cancel', ...base, ref: event.ref, entity: entityOf(resolved.symbol) }];
  }
  if (op === 'CORRECT') {
    const entity = entityOf(resolved.content.symbol);
    return [{ kind: 'correct', ...base, ref: event.ref, entity, set: event.set }];
  }
  const { priceE18, sizeE18, priceOk, volOk, symbol } = event;
  const content = { priceE18, sizeE18, priceOk, volOk };
  return [{ kind: 'trade', ...base, ...content, entity: entityOf(symbol) }];
}

function ledgerArrival(resolved: Resolved): readonly LedgerArrival[] {
  if (resolved.topic !== 'booking') return [];
  const { op, event } = resolved;
  const base = {
    id: event.id,
    tsUs: event.tsUs,
    seq: event.seq,
    ...(event.ingestUs === null ? {} : { ingestUs: event.ingestUs }),
  };
  if (op === 'CANCEL') {
    return [{ kind: 'cancel', ...base, ref: event.ref, investor: resolved.investor }];
  }
  if (op === 'CORRECT') {
    const { symbol, ...set } = event.set;
    const named = { ...set, ...(symbol === undefined ? {} : { instrumentId: symbol }) };
    const { investor } = resolved.content;
    return [{ kind: 'correct', ...base, ref: event.ref, investor, set: named }];
  }
  return [{ kind: 'booking', ...base, ...contentOf(event) }];
}

function contentOf(event: TapeExecution | TapeCash) {
  const { type, investor, currency, symbol: instrumentId } = event;
  const isExecution = 'qtyE18' in event;
  return {
    type,
    investor,
    currency,
    instrumentId,
    qtyE18: isExecution ? event.qtyE18 : 0n,
    priceE18: isExecution ? event.priceE18 : 0n,
    feeE18: isExecution ? event.feeE18 : 0n,
    amountE18: isExecution ? 0n : event.amountE18,
  };
}

function markArrival(resolved: Resolved): readonly MarkArrival[] {
  if (resolved.topic !== 'mark') return [];
  const { symbol, tsUs, priceE18 } = resolved.op === 'CREATE' ? resolved.event : resolved.content;
  const revision = resolved.op === 'CREATE' ? 1 : resolved.revision;
  return [{ instrumentId: symbol, tsUs, priceE18, revision }];
}

/** derive-market marks every instrument of the tape with its minute closes. */
function minuteMark(bar: Bar): readonly MarkArrival[] {
  if (bar.window_size_ms !== MINUTE_MS) return [];
  return [
    {
      instrumentId: bar.entity.slice(0, bar.entity.lastIndexOf('@')),
      tsUs: (bar.window_start_ms + MINUTE_MS - 1) * 1000,
      priceE18: parseE18(bar.close),
      revision: 1,
    },
  ];
}
