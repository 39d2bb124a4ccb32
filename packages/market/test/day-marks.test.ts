import { dayMarks } from '@groundswell/market';
import { expect } from 'chai';

describe('marks of a past day', () => {
  const endUs = Date.parse('2026-06-02') * 1000;
  const marks = dayMarks({ endUs, lowE18: 1n, highE18: 3n, closeE18: 2n });

  it('end with its close, each at an instant of its own', () => {
    expect(marks.map(({ what }) => what)).to.deep.equal(['low', 'high', 'close']);
    expect(marks.map(({ priceE18 }) => priceE18)).to.deep.equal([1n, 3n, 2n]);
    expect(new Set(marks.map(({ tsUs }) => tsUs)).size).to.equal(3);
    expect(marks.map(({ tsUs }) => tsUs)).to.deep.equal(marks.map(({ tsUs }) => tsUs).sort());
  });

  it('belong to the day, after all of its minutes but the last, and never at the instant of one', () => {
    const lastMinuteUs = endUs - 1_000;
    for (const { tsUs } of marks) {
      expect(tsUs).to.be.greaterThan(lastMinuteUs - 60_000_000);
      expect(tsUs).to.be.lessThan(lastMinuteUs);
      expect(tsUs % 1_000).not.to.equal(0);
    }
  });
});
