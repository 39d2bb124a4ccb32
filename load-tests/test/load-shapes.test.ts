import { expect } from 'chai';
import { valueOf } from '../lib/exposition.js';
import { postText } from '../lib/posts.js';
import { pickSome, seeded, zipf } from '../lib/random.js';
import { burstStages, openingStages } from '../lib/stages.js';
import { transactionsOf } from '../lib/transactions.js';

describe('what a load is made of', () => {
  it('repeats with its seed and differs with another', () => {
    const draw = (seed: number) => Array.from({ length: 5 }, seeded(seed));
    expect(draw(7)).to.deep.equal(draw(7));
    expect(draw(7)).not.to.deep.equal(draw(8));
    for (const value of draw(7)) expect(value).to.be.within(0, 0.9999999999);
  });

  it('prefers early ranks by the law of Zipf', () => {
    const rank = zipf(3, 1); // weights 6 : 3 : 2
    expect([0, 0.54, 0.55, 0.81, 0.82, 0.9999].map(rank)).to.deep.equal([0, 0, 1, 1, 2, 2]);
  });

  it('picks different ones, and all when asked for more', () => {
    const picked = pickSome(['a', 'b', 'c'], 9, seeded(1));
    expect(picked.toSorted()).to.deep.equal(['a', 'b', 'c']);
  });

  it('books what a ledger can follow: money before purchases, never more sold than bought', () => {
    const request = { run: 'r', number: 3, size: 20, symbols: ['BTC-USD'], nowMs: 1e12 };
    const items = transactionsOf(request);
    expect(items).to.deep.equal(transactionsOf(request));
    expect(items.map(({ kind }) => kind)).to.deep.equal([
      ...['DEPOSIT', ...Array<string>(8).fill('BUY'), 'SELL'],
      ...['DEPOSIT', ...Array<string>(8).fill('BUY'), 'SELL'],
    ]);
    expect(new Set(items.slice(0, 10).map(({ account }) => account)).size).to.equal(1);
    expect(new Set(items.map(({ id }) => id)).size).to.equal(20);
    for (const { id, investor } of items) expect(id).not.to.include(investor);
  });

  it('gives other requests other ids', () => {
    const ids = [1, 2].flatMap((number) =>
      transactionsOf({ run: 'r', number, size: 5, symbols: ['X'], nowMs: 0 }).map(({ id }) => id),
    );
    expect(new Set(ids).size).to.equal(10);
  });

  it('bursts to ten times the rate for the last 2 s of every 20 s', () => {
    expect(burstStages(5, 30)).to.have.length(8);
    expect(burstStages(5, 20)).to.deep.equal([
      { target: 5, duration: '18s' },
      { target: 50, duration: '0s' },
      { target: 50, duration: '2s' },
      { target: 5, duration: '0s' },
    ]);
  });

  it('opens the market within a sixth of the time', () => {
    expect(openingStages(100, 60)).to.deep.equal([
      { target: 10, duration: '10s' },
      { target: 100, duration: '10s' },
      { target: 100, duration: '30s' },
      { target: 50, duration: '10s' },
    ]);
  });

  it('writes posts that are short enough for every budget of short texts', () => {
    const random = seeded(3);
    for (let count = 0; count < 500; count += 1) {
      expect(postText(random).length).to.be.within(10, 280);
    }
  });

  it('reads the metric it is asked for and no other', () => {
    const text = '# TYPE a gauge\na_total 3\na{b="c d"} 4\nb 5.5\n';
    expect(valueOf(text, 'a')).to.equal(4);
    expect(valueOf(text, 'b')).to.equal(5.5);
    expect(valueOf(text, 'missing')).to.be.NaN;
  });
});
