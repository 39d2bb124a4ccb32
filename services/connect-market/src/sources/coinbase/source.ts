import type { SocketSource } from '@groundswell/connector';
import type { VenueOptions } from '../venue.ts';
import { backfillTrades, subscribeText } from './fetch.ts';
import { coinbaseLimits } from './limits.ts';
import { coinbase, parseFrame } from './parse.ts';

/** Coinbase Exchange, or whatever speaks its protocol at these addresses. */
export function createCoinbaseSource(options: VenueOptions): SocketSource {
  return {
    cursorName: options.cursorName,
    source: coinbase.feed,
    feed: coinbase.feed,
    url: options.wsUrl,
    streams: options.products,
    limits: options.limits ?? coinbaseLimits,
    subscribeText,
    parse: (text, ingestTimeUs) => parseFrame(text, ingestTimeUs, options.context),
    backfill: (request) => backfillTrades(request, options),
  };
}
