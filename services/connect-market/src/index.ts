export type { TradeContext } from './sources/trade.ts';
export type { VenueOptions } from './sources/venue.ts';
export { parseFrame, parseTrade } from './sources/coinbase/parse.ts';
export { createCoinbaseSource } from './sources/coinbase/source.ts';
