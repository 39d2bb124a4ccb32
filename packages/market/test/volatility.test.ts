import { expect } from 'chai';
import { annualVolatility, realisedVolatility } from '../src/index.ts';

describe('realised volatility', () => {
  it('gives the worked example E14', () => {
    const { realisedVolatility: value, returnCount } = realisedVolatility([50, 52, 49.4]);
    expect(value).to.be.closeTo(0.064569857, 1e-9);
    expect(annualVolatility(value, returnCount, 252)).to.be.closeTo(0.724794843, 1e-9);
  });

  it('is null without a return', () => {
    expect(realisedVolatility([50])).to.deep.equal({ realisedVolatility: null, returnCount: 0 });
    expect(annualVolatility(null, 0, 252)).to.equal(null);
  });

  it('passes over closes that have no logarithm', () => {
    expect(realisedVolatility([50, 0, 50, -1])).to.deep.equal({
      realisedVolatility: 0,
      returnCount: 1,
    });
  });
});
