import type { SocketSource } from '@groundswell/connector';
import type { VenueOptions } from '../venue.ts';
import { backfillTrades, subscribeText } from './fetch.ts';
import { krakenLimits } from './limits.ts';
import { kraken, parseFrame } from './parse.ts';

/** Kraken's v2 feed, or whatever speaks its protocol at these addresses. */
export function createKrakenSource(options: VenueOptions): SocketSource {
  return {
    cursorName: options.cursorName,
    source: kraken.feed,
    feed: kraken.feed,
    url: options.wsUrl,
    streams: options.products,
    limits: options.limits ?? krakenLimits,
    subscribeText,
    parse: (text, ingestTimeUs) => parseFrame(text, ingestTimeUs, options.context),
    backfill: (request) => backfillTrades(request, options),
  };
}
