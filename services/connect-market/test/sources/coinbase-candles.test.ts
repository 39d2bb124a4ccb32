import { parseE18 } from '@groundswell/domain';
import { expect } from 'chai';
import { parseCandle } from '../../src/sources/coinbase/candles.ts';

// 2026-06-01 UTC; numbers are the literals of the answer, as parseExactJson keeps them.
const row = (...prices: readonly unknown[]): unknown => ['1780272000', ...prices, '12.3'];

describe('a candle of Coinbase', () => {
  it('is [time, low, high, open, close, volume], to the last digit', () => {
    expect(parseCandle(row('0.00000638', '1.2e1', '7', '9.123456789012345678'))).to.deep.equal({
      kind: 'day',
      day: {
        day: 20_605,
        lowE18: parseE18('0.00000638'),
        highE18: parseE18('12'),
        closeE18: parseE18('9.123456789012345678'),
      },
    });
  });

  it('is refused with its text where it is none', () => {
    const reasonOf = (value: unknown): string => {
      const read = parseCandle(value);
      return read.kind === 'refused' ? read.reason : 'day';
    };
    expect(reasonOf({ time: 1 })).to.equal('bad_day_row');
    expect(reasonOf(['1780272000', '1', '2'])).to.equal('bad_day_row');
    expect(reasonOf(['1780272001', '1', '2', '1', '2', '3'])).to.equal('bad_day');
    expect(reasonOf(['yesterday', '1', '2', '1', '2', '3'])).to.equal('bad_day');
    expect(reasonOf(row('0', '2', '1', '2'))).to.equal('bad_day_price');
    expect(reasonOf(row('1', '2', '1', 'NaN'))).to.equal('bad_day_price');
    expect(reasonOf(row('2', '1', '1', '1'))).to.equal('bad_day_range');
    expect(reasonOf(row('1', '2', '1', '3'))).to.equal('bad_day_range');
    expect(parseCandle(row('0', '2', '1', '2'))).to.deep.include({
      text: '["1780272000","0","2","1","2","12.3"]',
    });
  });
});
