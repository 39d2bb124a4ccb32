import { expect } from 'chai';
import { moodValues, type MoodRecord } from '../src/index.ts';
import { aRecord, ageless, hour, HOUR_MS, START_MS } from './builders.ts';

const many = (count: number, make: (index: number) => MoodRecord): MoodRecord[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe('values of a window', () => {
  it('are empty, not zero, where nothing was said', () => {
    const values = moodValues([], hour);
    expect(values.raw.sentiment).to.equal(null);
    expect(values.uniqueAuthorRatio).to.equal(null);
    expect(values.effectiveAuthors).to.equal(null);
    expect(values).to.deep.include({
      n: 0,
      counts: {},
      models: [],
      pumpFlag: false,
      approximate: false,
    });
  });

  it('weigh a copy by its cluster, its author once, by the earliest copy', () => {
    // Two authors, one text: the first copy of each counts, the second of A does not.
    const records = [
      aRecord('a2', 2000, { authorKey: 'A', contentHash: 'same', score: -1, label: 'NEGATIVE' }),
      aRecord('a1', 1000, { authorKey: 'A', contentHash: 'same', score: 1 }),
      aRecord('b1', 3000, { authorKey: 'B', contentHash: 'same', score: 1 }),
    ];
    const { raw, weighted, nearDuplicateShare } = moodValues(records, ageless);
    expect(weighted).to.deep.include({ positive: 2, negative: 0, sentiment: 1 });
    expect(raw.sentiment).to.be.closeTo(1 / 3, 1e-12);
    expect(nearDuplicateShare).to.equal(1);
  });

  it('cap an author after copies are taken out', () => {
    // Five posts, two of them copies: four are left and weigh 3.25, spread evenly.
    const records = [
      ...many(4, (i) => aRecord(`p${i}`, i, { authorKey: 'A' })),
      aRecord('copy', 9, { authorKey: 'A', contentHash: 'text of p0' }),
    ];
    const { weighted } = moodValues(records, ageless);
    expect(weighted.weightSum).to.be.closeTo(3.25, 1e-12);
    expect(weighted.positive).to.be.closeTo(3.25, 1e-12);
  });

  it('count the equal authors behind a window', () => {
    const ten = moodValues(
      many(10, (i) => aRecord(`${i}`, i)),
      ageless,
    );
    expect(ten.effectiveAuthors).to.be.closeTo(10, 1e-9);
    const loud = many(1000, (i) => aRecord(`l${i}`, i, { authorKey: 'loud' }));
    const nine = many(9, (i) => aRecord(`n${i}`, i));
    const values = moodValues([...loud, ...nine], ageless);
    expect(values.effectiveAuthors).to.be.closeTo(3.7157152083184806, 1e-9);
    expect(values.topAuthorShare).to.be.closeTo(1000 / 1009, 1e-12);
    expect(values.uniqueAuthorRatio).to.be.closeTo(10 / 1009, 1e-12);
  });

  it('count a post without a score as attention only', () => {
    const skipped = many(3, (i) =>
      aRecord(`s${i}`, 0, { skipped: true, score: 0, label: 'NEUTRAL', authorKey: 'A' }),
    );
    const values = moodValues([aRecord('a', 0, { authorKey: 'A' }), ...skipped], ageless);
    expect(values).to.deep.include({ n: 4, skippedCount: 3, authorCount: 1 });
    expect(values.raw).to.deep.include({ weightSum: 1, neutral: 0, positive: 1 });
    expect(values.weighted.weightSum).to.equal(1);
  });

  it('weigh by age at the end of the window, by symbols, and by confidence only where it is calibrated', () => {
    const records = [
      aRecord('old', 0, { score: 1 }),
      aRecord('shared', HOUR_MS / 2, { score: -1, symbolCount: 2 }),
      aRecord('sure', HOUR_MS / 2, { score: 1, calibrated: true, confidence: 0.25 }),
    ];
    const half = Math.SQRT1_2;
    const expected = 0.5 + 0.5 * half + 0.25 * half;
    expect(moodValues(records, hour).raw.weightSum).to.be.closeTo(expected, 1e-12);
  });

  it('know accounts that were new when they posted', () => {
    const day = 86_400_000_000;
    const aged = (id: string, days: number | null) =>
      aRecord(id, 0, { authorSinceUs: days === null ? null : START_MS * 1000 - days * day });
    const values = moodValues(
      [aged('a', 29), aged('b', 30), aged('c', 500), aged('d', null)],
      hour,
    );
    expect(values.newAccountShare).to.be.closeTo(1 / 3, 1e-12);
  });

  it('keep exact counts of more mentions than they look at', () => {
    const records = many(50, (i) => aRecord(`${i}`, i, { authorKey: `a${i % 25}`, score: i % 2 }));
    const values = moodValues(records, { ...hour, maxRecords: 20 });
    expect(values).to.deep.include({
      n: 50,
      counts: { world: 50 },
      authorCount: 25,
      approximate: true,
    });
    expect(values.raw.positive).to.equal(50);
    expect(values.weighted.positive).to.be.at.most(20);
    expect(moodValues(records, { ...hour, maxRecords: 50 }).approximate).to.equal(false);
  });

  it('move by less than .1 where a planted brigade moves the raw series a lot, and raise the flag (S68)', () => {
    const crowd = many(200, (i) =>
      aRecord(`c${i}`, i * 1000, {
        score: i % 2 === 0 ? 0.4 : -0.5,
        label: i % 2 === 0 ? 'POSITIVE' : 'NEGATIVE',
      }),
    );
    const brigade = many(600, (i) =>
      aRecord(`b${i}`, i * 100, {
        authorKey: `b${i % 20}`,
        contentHash: `pump ${i % 2}`,
        score: 0.95,
      }),
    );
    const buzzHistory = [180, 200, 210, 190];
    const before = moodValues(crowd, { ...hour, buzzHistory });
    const after = moodValues([...crowd, ...brigade], { ...hour, buzzHistory });
    expect(after.raw.sentiment! - before.raw.sentiment!).to.be.greaterThan(0.6);
    expect(Math.abs(after.weighted.sentiment! - before.weighted.sentiment!)).to.be.lessThan(0.1);
    expect(after.rawMinusWeighted).to.be.closeTo(
      after.raw.sentiment! - after.weighted.sentiment!,
      1e-12,
    );
    expect(before.pumpFlag).to.equal(false);
    expect(after.pumpFlag).to.equal(true);
    expect(after.pumpReasons).to.deep.equal(['loud', 'few_authors', 'copies']);
    expect(
      moodValues([...crowd, ...brigade], { ...hour, buzzHistory, smallMarket: false }).pumpFlag,
    ).to.equal(false);
  });
});
