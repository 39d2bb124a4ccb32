import { expect } from 'chai';
import {
  ageWeight,
  authorCap,
  buzzZ,
  copyWeight,
  credibility,
  moodValues,
  pumpFlag,
  reachWeight,
  seriesValues,
  shareOfVoice,
  shrink,
  symbolWeight,
  wilsonInterval,
  type PumpSigns,
} from '../src/index.ts';
import { aRecord, ageless } from './builders.ts';

/** Values of stats_reference.json, computed with scipy and statsmodels. */
const EPSILON = 1e-9;

const series = (positive: number, negative: number) =>
  seriesValues([], {
    masses: { POSITIVE: positive, NEUTRAL: 0, NEGATIVE: negative },
    share: 'counted',
  });

describe('formulas of a mood series', () => {
  it('weighs the example of the specification', () => {
    const [a, b, c] = [
      { score: 0.8, weight: 1 },
      { score: -0.2, weight: 0.5 },
      { score: 0.5, weight: 2 },
    ].map((one) => ({ ...one, label: 'NEUTRAL' as const, mass: 1 }));
    const values = seriesValues([a!, b!, c!], { share: 'effective' });
    expect(values.sentiment).to.be.closeTo(0.48571428571428577, EPSILON);
    expect(values.dispersion).to.be.closeTo(0.3090472521826277, EPSILON);
    expect(values.nEff).to.be.closeTo(2.3333333333333335, EPSILON);
    expect(values.weightSum).to.equal(3.5);
    expect(shrink(values.weightSum, values.sentiment, 0.1)).to.be.closeTo(2.2 / 8.5, EPSILON);
  });

  it('measures bullishness, agreement and disagreement as Antweiler and Frank', () => {
    const cases: [number, number, number, number, number, number][] = [
      [10, 5, 0.3333333333333333, 0.6061358035703155, 0.057190958417936644, 0.9428090415820634],
      [1, 0, 1, 0.6931471805599453, 1, 0],
      [100, 100, 0, 0, 0, 1],
      [3, 9, -0.5, -0.916290731874155, 0.1339745962155614, 0.8660254037844386],
      [250, 50, 0.6666666666666666, 1.5936273064074582, 0.2546440075000701, 0.7453559924999299],
    ];
    for (const [bull, bear, ratio, log, agreement, disagreement] of cases) {
      const values = series(bull, bear);
      expect(values.bullishnessRatio).to.be.closeTo(ratio, EPSILON);
      expect(values.bullishness).to.be.closeTo(log, EPSILON);
      expect(values.agreement).to.be.closeTo(agreement, EPSILON);
      expect(values.disagreement).to.be.closeTo(disagreement, EPSILON);
    }
  });

  it('says nothing about sides that nobody took', () => {
    expect(series(0, 0)).to.deep.equal({
      sentiment: null,
      weightSum: 0,
      nEff: null,
      dispersion: null,
      positive: 0,
      neutral: 0,
      negative: 0,
      bullishnessRatio: null,
      bullishness: 0,
      agreement: null,
      disagreement: null,
      bullShare: null,
      bullShareLow: null,
      bullShareHigh: null,
    });
  });

  it('bounds shares by Wilson', () => {
    const cases: [number, number, number, number][] = [
      [0, 10, 0, 0.27753279986288926],
      [5, 10, 0.23659309051256394, 0.7634069094874361],
      [812, 1000, 0.7866068125887822, 0.8350052901162315],
      [1, 1, 0.2065493143772374, 1],
    ];
    for (const [k, n, low, high] of cases) {
      const interval = wilsonInterval(k / n, n);
      expect(interval.low).to.be.closeTo(low, EPSILON);
      expect(interval.high).to.be.closeTo(high, EPSILON);
    }
  });

  it('bounds a weighted share by its effective voices, not by its mentions', () => {
    // Ten mentions of two authors in two clusters: two voices.
    const records = Array.from({ length: 10 }, (_, i) =>
      aRecord(`${i}`, 0, { authorKey: `a${i % 2}`, contentHash: `t${i % 2}` }),
    );
    const { raw, weighted } = moodValues(records, ageless);
    expect(weighted.nEff).to.be.closeTo(2, EPSILON);
    expect(weighted.bullShareLow).to.be.closeTo(wilsonInterval(1, 2).low, EPSILON);
    expect(raw.bullShareLow).to.be.closeTo(wilsonInterval(1, 10).low, EPSILON);
  });

  it('leans on the market when little was said', () => {
    expect(shrink(0, null, 0.3)).to.equal(0.3);
    expect(shrink(3, 0.5, null)).to.equal(null);
    expect(shareOfVoice(3, 12)).to.equal(0.25);
    expect(shareOfVoice(0, 0)).to.equal(null);
  });

  it('compares an hour with the same hour of earlier weeks', () => {
    const history = [10, 12, 8, 11, 9, 10, 13, 10];
    expect(buzzZ(60, history)).to.be.closeTo(5.7099286379164695, EPSILON);
    expect(buzzZ(60, history.slice(0, 3))).to.equal(null);
    // Wide hours: the deviation counts, not the floor. ln1p: 0, 0, 4.61, 4.61 -> median 2.31, MAD 2.31
    const middle = Math.log1p(100) / 2;
    expect(buzzZ(100, [0, 0, 100, 100])).to.be.closeTo(middle / (1.4826 * middle), EPSILON);
  });
});

describe('weights of a mention', () => {
  it('caps what one author weighs', () => {
    const cases = [
      [1, 1],
      [3, 3],
      [4, 3.25],
      [10, 4.095634920634921],
      [1000, 8.652137527217024],
    ] as const;
    for (const [posts, weight] of cases) expect(authorCap(posts)).to.be.closeTo(weight, EPSILON);
  });

  it('damps the authors of one text after the tenth', () => {
    const total = (authors: number) =>
      Array.from({ length: authors }, (_, i) => copyWeight(i + 1)).reduce((a, b) => a + b, 0);
    expect(total(10)).to.equal(10);
    expect(total(1000)).to.be.closeTo(55.565026065820874, EPSILON);
  });

  it('trusts reach within bounds, and everyone alike without past calls', () => {
    expect(reachWeight(null)).to.equal(1);
    expect(reachWeight(0)).to.equal(0.2);
    expect(reachWeight(99)).to.be.closeTo(2, EPSILON);
    expect(reachWeight(10 ** 9)).to.equal(3);
    expect(credibility(0, 0)).to.equal(1);
    expect(credibility(8, 10)).to.be.closeTo(1.2, EPSILON);
  });

  it('splits a post over its instruments and forgets by halves', () => {
    expect(symbolWeight(4, false)).to.equal(0.25);
    expect(symbolWeight(10, true)).to.be.closeTo(0.01, EPSILON);
    expect(ageWeight(7_200_000, 3_600_000)).to.equal(0.25);
  });
});

describe('the pump flag', () => {
  const loud: PumpSigns = {
    buzzZ: 3.1,
    uniqueAuthorRatio: 0.9,
    nearDuplicateShare: 0.1,
    newAccountShare: 0.1,
    agreement: 0.5,
    polarCount: 40,
    smallMarket: true,
  };

  it('needs noise, a reason to doubt the crowd, and a small market', () => {
    expect(pumpFlag(loud)).to.deep.equal({ flag: false, reasons: ['loud'] });
    expect(pumpFlag({ ...loud, nearDuplicateShare: 0.31 })).to.deep.equal({
      flag: true,
      reasons: ['loud', 'copies'],
    });
    expect(pumpFlag({ ...loud, nearDuplicateShare: 0.31, smallMarket: false }).flag).to.equal(
      false,
    );
    expect(pumpFlag({ ...loud, nearDuplicateShare: 0.31, buzzZ: null }).flag).to.equal(false);
    expect(pumpFlag({ ...loud, uniqueAuthorRatio: 0.49 }).reasons).to.include('few_authors');
    expect(pumpFlag({ ...loud, newAccountShare: 0.31 }).reasons).to.include('new_accounts');
    expect(pumpFlag({ ...loud, agreement: 0.91 }).flag).to.equal(true);
    expect(pumpFlag({ ...loud, agreement: 0.91, polarCount: 19 }).flag).to.equal(false);
  });
});
