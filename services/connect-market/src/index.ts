export { parseFrame, parseTrade, type CoinbaseContext } from './sources/coinbase/parse.ts';
export { createCoinbaseSource, type CoinbaseSourceOptions } from './sources/coinbase/source.ts';
