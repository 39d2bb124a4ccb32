import { formatE18, formatIsoUs } from '@groundswell/domain';
import type { PriceData, Trade } from '@groundswell/schemas';
import { encodeItem, type Route } from './update.ts';

/**
 * `price:<instrument>`: the latest trade of each feed, straight from the topic, before any checkpoint. Shown are trades that may
 * set a price (M2) and are not older than the shown one: a gap that is filled later must not move the price back. Future-dated
 * trades (W6) are left to the checkpointed path, or one of them would hide every trade until its time comes. A cancelled trade
 * stays until the next one; the bars tell the corrected value.
 */
export function createPriceRoute(futureBoundMs: number): Route<Trade> {
  const shownTimeUs = new Map<string, number>();
  return (trade, place) => {
    const feed = trade.feed ?? trade.source;
    const key = `${trade.instrumentId}@${feed}`;
    if (trade.op !== 'CREATE' || !trade.priceOk) return null;
    if (trade.eventTimeUs > trade.ingestTimeUs + futureBoundMs * 1000) return null;
    if (trade.eventTimeUs < (shownTimeUs.get(key) ?? 0)) return null;
    shownTimeUs.set(key, trade.eventTimeUs);
    return {
      kind: 'price',
      channel: `price:${trade.instrumentId}`,
      item: () =>
        encodeItem({ key, lineage: 0, ver: place, data: dataOf(trade, feed) }, trade.ingestTimeUs),
    };
  };
}

function dataOf(trade: Trade, feed: string): PriceData {
  return {
    instrument_id: trade.instrumentId,
    feed,
    price: formatE18(trade.priceE18),
    size: formatE18(trade.sizeE18),
    aggressor: trade.aggressor,
    event_time: formatIsoUs(trade.eventTimeUs),
    ingest_time: formatIsoUs(trade.ingestTimeUs),
    delayed_seconds: trade.delayedSeconds,
  };
}
