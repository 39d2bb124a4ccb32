import type { WorldTrade } from '../world/events.ts';

/** What the venue still serves over REST: the newest trades of one product, by id. */
export interface ProductTape {
  add(trade: WorldTrade): void;
  /** Newest first; ids below `after` (older) or above `before` (newer), as the venue's cursors mean. */
  page(options: {
    readonly after?: number;
    readonly before?: number;
    readonly limit: number;
  }): readonly WorldTrade[];
  newest(): WorldTrade | undefined;
}

/** @param capacity how many trades are kept */
export function createProductTape(capacity: number): ProductTape {
  /** Ascending by id. Trades come nearly in order, so an insertion moves few. */
  let trades: WorldTrade[] = [];
  return {
    add(trade) {
      let index = trades.length;
      while (index > 0 && (trades[index - 1]?.tradeId ?? 0) > trade.tradeId) index -= 1;
      if (trades[index - 1]?.tradeId === trade.tradeId) return;
      trades.splice(index, 0, trade);
      // Cut rarely: shifting the whole array per trade would be quadratic.
      if (trades.length > capacity * 1.25) trades = trades.slice(-capacity);
    },
    page({ after, before, limit }) {
      const end = after === undefined ? trades.length : lowerBound(trades, after);
      const start = before === undefined ? 0 : lowerBound(trades, before + 1);
      return trades.slice(Math.max(start, end - limit), Math.max(start, end)).reverse();
    },
    newest: () => trades.at(-1),
  };
}

/** First index whose id is >= `tradeId`. */
function lowerBound(trades: readonly WorldTrade[], tradeId: number): number {
  let low = 0;
  let high = trades.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((trades[middle]?.tradeId ?? 0) < tradeId) low = middle + 1;
    else high = middle;
  }
  return low;
}
