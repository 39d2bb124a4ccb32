import { expect } from 'chai';
import {
  bandOf,
  bandText,
  dispositionView,
  estimateOf,
  leftOutOf,
  needsOf,
  placeOf,
  PUBLISHED_MEAN,
  sentenceOf,
} from '../../src/pages/investor/disposition.ts';
import { habitTrust } from '../../src/pages/investor/habit-trust.ts';
import { effect } from '../support/fake-investor.ts';

const full = effect('ODEAN_DAY', 90, [21, 29, 9, 60], 39);

describe('disposition effect (B1)', () => {
  it('lies on a line from -1 to +1, clamped at its ends', () => {
    expect([-1, -0.5, 0, 1].map(placeOf)).to.eql([0, 0.25, 0.5, 1]);
    expect([placeOf(-3), placeOf(7)]).to.eql([0, 1]);
    expect(PUBLISHED_MEAN).to.be.closeTo(0.0579, 1e-12);
  });

  it('has a band of 1.96 standard errors that never leaves the line', () => {
    expect(bandOf(0.2, 0.1)?.low).to.be.closeTo(0.004, 1e-12);
    expect(bandOf(0.2, 0.1)?.high).to.be.closeTo(0.396, 1e-12);
    expect(bandOf(0.9, 0.2)).to.deep.include({ high: 1 });
    expect(bandOf(-0.9, 0.2)).to.deep.include({ low: -1 });
    expect(bandOf(0.2, null)).to.equal(null);
    expect(bandOf(0.2, 0)).to.eql({ low: 0.2, high: 0.2 });
  });

  it('says its numbers in words: signed, with interval and t', () => {
    const estimate = estimateOf(full);
    expect(estimate?.de).to.be.closeTo(21 / 50 - 9 / 69, 1e-12);
    if (estimate === null) return;
    expect(bandText(estimate)).to.equal('95\u2009% between +0.13 and +0.45 · t 3.6');
    expect(sentenceOf(full)).to.equal(
      'On days you sold something, you sold 42 of 100 gains on offer and 13 of 100 losses.',
    );
  });

  it('names what had no price, and claims no interval where there is none', () => {
    expect(leftOutOf(full)).to.equal('1 holding had no price on a day of sale and is left out.');
    expect(leftOutOf({ ...full, unpriced: 0 })).to.equal(null);
    const all = estimateOf(effect('ODEAN_DAY', 90, [52, 0, 52, 0], 67));
    expect(all?.de).to.equal(0);
    expect(all && bandText(all)).to.equal('no interval: each share is 0 or 1');
  });

  it('shows nothing below 5 opportunities on either side, whatever the record claims', () => {
    for (const counts of [
      [4, 0, 9, 60],
      [21, 29, 1, 3],
    ] as const) {
      const few = { ...effect('ODEAN_DAY', 90, counts, 3), de: 0.4, se: 0.1 };
      expect(estimateOf(few)).to.equal(null);
    }
    expect(needsOf(effect('RUNNING', 30, [4, 6, 1, 2], 7))).to.equal(
      'needs 5 gains and 5 losses on offer, has 10 and 3',
    );
    expect(needsOf(effect('RUNNING', 30, [4, 1, 1, 4], 7))).to.equal(null);
  });

  it('prefers the day-final value, falls back to the running one, and knows the difference', () => {
    const running = effect('RUNNING', 90, [23, 29, 9, 64], 40);
    const view = dispositionView({ disposition: [running, full] }, 90);
    expect(view).to.include({ isFinal: true, counts: full });
    const few = effect('ODEAN_DAY', 90, [1, 1, 1, 1], 2);
    const early = dispositionView({ disposition: [few, running] }, 90);
    expect(early).to.include({ isFinal: false, counts: running });
    const none = dispositionView({ disposition: [few] }, 90);
    expect(none).to.include({ shown: null, counts: few });
  });

  it('does not know what the record lacks: another window, or all of it', () => {
    expect(dispositionView({ disposition: [full] }, 30)).to.equal(null);
    expect(dispositionView({}, 90)).to.equal(null);
  });

  it('is final or running by its own day, but never better than its record', () => {
    const record = { state: 'provisional', passed: 1, word: 'provisional', reasons: [] } as const;
    expect(habitTrust(record, true)?.state).to.equal('final');
    expect(habitTrust(record, false)).to.include({ state: 'provisional', word: 'running' });
    const stale = { ...record, state: 'stale' } as const;
    expect(habitTrust(stale, true)?.state).to.equal('stale');
    expect(habitTrust(record, null)).to.equal(null);
  });
});
