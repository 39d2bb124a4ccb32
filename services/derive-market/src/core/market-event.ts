import { usToMs } from '@groundswell/domain';
import type { MarketEvent } from '@groundswell/market';
import type { Trade } from '@groundswell/schemas';

/** A trade record as the bar series sees it. CORRECT and CANCEL name their target; validation has made sure of that. */
export function toMarketEvent(trade: Trade): MarketEvent {
  const ref = trade.refEventId ?? '';
  if (trade.op === 'CANCEL') return { kind: 'cancel', id: trade.eventId, ref };
  const event = {
    kind: 'trade' as const,
    id: trade.eventId,
    tsMs: usToMs(trade.eventTimeUs),
    tsUs: trade.eventTimeUs,
    seq: trade.sequence,
    priceE18: trade.priceE18,
    sizeE18: trade.sizeE18,
    priceOk: trade.priceOk,
    volOk: trade.volOk,
  };
  return trade.op === 'CORRECT' ? { ...event, kind: 'correct', ref } : event;
}
