import { expect } from 'chai';
import { estimate, median } from '../harness/statistics.ts';

describe('the estimate of a bench', () => {
  it('is the middle value, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).to.equal(2);
    expect(median([4, 1, 2, 3])).to.equal(2.5);
  });

  it('has an interval that holds the median and shrinks with the spread', () => {
    const wide = estimate([0.5, 0.7, 0.9, 1.1, 0.6, 0.8, 1]);
    const narrow = estimate([0.79, 0.8, 0.81, 0.8, 0.79, 0.81, 0.8]);
    expect(wide.low).to.be.at.most(wide.median);
    expect(wide.high).to.be.at.least(wide.median);
    expect(narrow.high - narrow.low).to.be.below(wide.high - wide.low);
    expect(estimate([1, 2, 3])).to.deep.equal(estimate([1, 2, 3]));
  });
});
