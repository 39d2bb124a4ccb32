import { parseE18 } from '@groundswell/domain';
import type { Trade } from '@groundswell/schemas';
import { expect } from 'chai';
import { createValidateTradeStep } from '../src/steps/validate-trade.ts';

const good = {
  eventId: 'cb:A:1',
  eventTimeUs: 1_770_000_000_000_000,
  feed: 'coinbase',
  op: 'CREATE',
  refEventId: null,
  priceE18: 1n,
  sizeE18: 1n,
} as Trade;
const validate = createValidateTradeStep();

describe('range rules of a trade', () => {
  const cases: readonly (readonly [string, Partial<Trade>, string | null])[] = [
    ['accepts an ordinary trade', {}, null],
    ['accepts a price of 0', { priceE18: 0n }, null],
    ['refuses a negative price', { priceE18: -1n }, 'price_negative'],
    ['refuses an empty size', { sizeE18: 0n }, 'size_not_positive'],
    [
      'refuses milliseconds in place of micros',
      { eventTimeUs: 1_770_000_000_000 },
      'bad_event_time',
    ],
    ['refuses the year 9999', { eventTimeUs: 253_370_764_800_000_000 }, 'bad_event_time'],
    ['refuses a trade without a feed', { feed: null }, 'missing_feed'],
    ['refuses a correction of nothing', { op: 'CORRECT' }, 'missing_ref'],
    [
      'asks no price of a cancellation',
      { op: 'CANCEL', refEventId: 'cb:A:0', priceE18: -1n },
      null,
    ],
    ['refuses what 38 digits cannot hold', { priceE18: parseE18('1e20') }, 'out_of_range'],
  ];
  for (const [title, change, refusal] of cases) {
    it(title, () => {
      expect(validate({ ...good, ...change })).to.equal(refusal);
    });
  }
});
