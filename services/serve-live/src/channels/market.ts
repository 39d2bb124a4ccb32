import { parseIsoUs } from '@groundswell/domain';
import {
  recordMaps,
  type MarketData,
  type SymbolMarket,
  type SymbolMarketJson,
} from '@groundswell/schemas';
import { marketChannel } from '../core/channel-name.ts';
import type { ChannelItem } from '../core/latest-channel.ts';
import { encodeItem, type Route } from './update.ts';

/** `market:<instrument>:<size>`: the recent bars of each feed, each bar a value key of its own. */
export const routeBar: Route<SymbolMarket> = (bar) => {
  const channel = marketChannel(bar.instrumentId, bar.windowSizeMs);
  if (channel === null) return null;
  return { kind: 'market', channel, item: () => barItem(recordMaps.SymbolMarket.toJson(bar)) };
};

/** A bar as history stores it and as the topic carries it give the same item. */
export function barItem(bar: SymbolMarketJson): ChannelItem {
  const windowStartUs = parseIsoUs(bar.window_start).us;
  const key = `${bar.feature_set}|${bar.entity}|${String(bar.window_size_ms)}|${String(windowStartUs)}`;
  return encodeItem(
    { key, lineage: bar.lineage, ver: bar.revision, data: dataOf(bar) },
    parseIsoUs(bar.ingest_time).us,
  );
}

function dataOf(bar: SymbolMarketJson): MarketData {
  return {
    source: bar.source,
    feed: bar.feed,
    event_time: bar.event_time,
    ingest_time: bar.ingest_time,
    feature_set: bar.feature_set,
    entity: bar.entity,
    window_size_ms: bar.window_size_ms,
    window_start: bar.window_start,
    window_end: bar.window_end,
    lineage: bar.lineage,
    revision: bar.revision,
    status: bar.status,
    n: bar.n,
    late_count: bar.late_count,
    watermark: bar.watermark,
    known_at: bar.known_at,
    cause: bar.cause,
    counts: bar.counts,
    instrument_id: bar.instrument_id,
    open: bar.open,
    high: bar.high,
    low: bar.low,
    close: bar.close,
    volume: bar.volume,
    trade_count: bar.trade_count,
    vwap: bar.vwap,
    realised_volatility: bar.realised_volatility,
    return_count: bar.return_count,
  };
}
