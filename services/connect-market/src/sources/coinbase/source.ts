import type { ConnectorLimits, SocketSource } from '@groundswell/connector';
import { backfillTrades, subscribeText, type BackfillOptions } from './fetch.ts';
import { coinbaseLimits } from './limits.ts';
import { parseFrame } from './parse.ts';

export interface CoinbaseSourceOptions extends BackfillOptions {
  /** `coinbase` for the venue, another name for a stand-in: their ids have nothing in common (K12). */
  readonly cursorName: string;
  readonly wsUrl: string;
  readonly products: readonly string[];
  /** @default coinbaseLimits */
  readonly limits?: ConnectorLimits;
}

/** Coinbase Exchange, or whatever speaks its protocol at these addresses. */
export function createCoinbaseSource(options: CoinbaseSourceOptions): SocketSource {
  return {
    cursorName: options.cursorName,
    source: 'coinbase',
    feed: 'coinbase',
    url: options.wsUrl,
    streams: options.products,
    limits: options.limits ?? coinbaseLimits,
    subscribeText,
    parse: (text, ingestTimeUs) => parseFrame(text, ingestTimeUs, options.context),
    backfill: (request) => backfillTrades(request, options),
  };
}
