import type { Trade } from '@groundswell/schemas';

/** Range rules of a trade beyond its schema (Q2); the reason is of a closed set. */
export type TradeRefusal =
  | 'bad_event_id'
  | 'bad_event_time'
  | 'missing_feed'
  | 'missing_ref'
  | 'price_negative'
  | 'size_not_positive'
  | 'out_of_range';

/** 2001-09-09 to 2100: a time in another unit falls outside. */
const FIRST_US = 1_000_000_000_000_000;
const LAST_US = 4_102_444_800_000_000;
const MAX_E18 = 10n ** 36n;

/** Creates the step that judges the ranges of a trade. */
export function createValidateTradeStep(): (trade: Trade) => TradeRefusal | null {
  return function validateTrade(trade) {
    if (trade.eventId === '' || trade.eventId.length > 200) return 'bad_event_id';
    if (trade.eventTimeUs < FIRST_US || trade.eventTimeUs > LAST_US) return 'bad_event_time';
    if (trade.feed === null || trade.feed === '') return 'missing_feed';
    if (trade.op !== 'CREATE' && trade.refEventId === null) return 'missing_ref';
    if (trade.op === 'CANCEL') return null;
    if (trade.priceE18 < 0n) return 'price_negative';
    if (trade.sizeE18 <= 0n) return 'size_not_positive';
    if (trade.priceE18 >= MAX_E18 || trade.sizeE18 >= MAX_E18) return 'out_of_range';
    return null;
  };
}
