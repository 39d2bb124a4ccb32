import { expect } from 'chai';
import fc from 'fast-check';
import { moodValues, type MoodRecord } from '../src/index.ts';
import { aRecord, ageless, hour, HOUR_MS, START_MS } from './builders.ts';

/** Few authors, texts and hashes, so that copies and busy authors are common. */
const content = fc.record({
  atMs: fc.nat(HOUR_MS - 1),
  source: fc.constantFrom('world', 'reddit'),
  author: fc.nat(6),
  followers: fc.option(fc.constantFrom(0, 9, 5000, 10 ** 8), { nil: null }),
  ageDays: fc.option(fc.constantFrom(1, 29, 30, 400), { nil: null }),
  text: fc.nat(8),
  bits: fc.option(fc.array(fc.nat(63), { maxLength: 14 }), { nil: null }),
  label: fc.constantFrom('POSITIVE' as const, 'NEUTRAL' as const, 'NEGATIVE' as const),
  score: fc.integer({ min: -100, max: 100 }).map((percent) => percent / 100),
  confidence: fc.nat(100).map((percent) => percent / 100),
  calibrated: fc.boolean(),
  symbolCount: fc.integer({ min: 1, max: 7 }),
  skipped: fc.constantFrom(false, false, false, true),
});

function toRecord(
  one: typeof content extends fc.Arbitrary<infer T> ? T : never,
  id: number,
): MoodRecord {
  const eventTimeUs = (START_MS + one.atMs) * 1000;
  const simhash = one.bits?.reduce((hash, bit) => hash ^ (1n << BigInt(bit)), 0n);
  return aRecord(`${id}`, one.atMs, {
    source: one.source,
    authorKey: `a${one.author}`,
    followers: one.followers,
    authorSinceUs: one.ageDays === null ? null : eventTimeUs - one.ageDays * 86_400_000_000,
    contentHash: one.text === 0 ? `own ${id}` : `t${one.text}`,
    simhash: simhash === undefined ? '' : simhash.toString(16).padStart(16, '0'),
    label: one.label,
    score: one.score,
    confidence: one.confidence,
    calibrated: one.calibrated,
    symbolCount: one.symbolCount,
    stuffed: one.symbolCount > 5,
    skipped: one.skipped,
  });
}

const records = fc
  .array(content, { maxLength: 40 })
  .map((list) => list.map((one, id) => toRecord(one, id)));

describe('values of a window, for any set of mentions', () => {
  it('depend on the set alone: not on its order, nor on the parts it came in (S60)', () => {
    fc.assert(
      fc.property(
        records,
        fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
        fc.nat(40),
        (set, keys, cut) => {
          for (const maxRecords of [10_000, 7]) {
            const context = { ...hour, maxRecords, buzzHistory: [3, 9, 4, 4, 1] };
            const shuffled = set
              .map((record, i) => [keys[i]!, record] as const)
              .sort(([a], [b]) => a - b);
            const moved = shuffled.map(([, record]) => record);
            const merged = [...moved.slice(cut), ...moved.slice(0, cut)];
            expect(moodValues(merged, context)).to.deep.equal(moodValues(set, context));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('stay within their ranges', () => {
    fc.assert(
      fc.property(records, (set) => {
        const values = moodValues(set, hour);
        expect(values.n).to.equal(set.length);
        for (const series of [values.raw, values.weighted]) {
          const { sentiment, nEff, bullShare, bullShareLow, bullShareHigh, agreement } = series;
          if (sentiment !== null) expect(Math.abs(sentiment)).to.be.at.most(1 + 1e-12);
          if (nEff !== null) expect(nEff).to.be.within(1 - 1e-9, set.length + 1e-9);
          if (agreement !== null) expect(agreement).to.be.within(0, 1);
          if (bullShare === null || bullShareLow === null || bullShareHigh === null) continue;
          expect(bullShareLow).to.be.at.most(bullShare + 1e-12);
          expect(bullShareHigh).to.be.at.least(bullShare - 1e-12);
        }
        const sum = Object.values(values.counts).reduce((a, b) => a + b, 0);
        expect(sum).to.equal(set.length);
        if (values.effectiveAuthors !== null)
          expect(values.effectiveAuthors).to.be.within(1 - 1e-9, values.authorCount + 1e-9);
      }),
      { numRuns: 200 },
    );
  });

  it("are not moved in the weighted series by an author's later copy of what was said", () => {
    fc.assert(
      fc.property(records, fc.nat(), (set, pick) => {
        const scored = set.filter(({ skipped, calibrated }) => !skipped && !calibrated);
        if (scored.length === 0) return;
        const original = scored[pick % scored.length]!;
        const copy = {
          ...original,
          postId: 'world:~copy',
          eventTimeUs: (START_MS + HOUR_MS) * 1000 - 1,
        };
        const before = moodValues(set, hour);
        const after = moodValues([...set, copy], hour);
        expect(after.weighted).to.deep.equal(before.weighted);
        expect(after.raw.weightSum).to.be.greaterThan(before.raw.weightSum);
      }),
      { numRuns: 300 },
    );
  });

  it('are moved by copies of one text at most as far as the raw series is', () => {
    // An even crowd first: every author, text and reach once, so both series start alike.
    const crowd = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 30 });
    const copies = fc.array(fc.nat(40), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(crowd, copies, fc.integer({ min: -100, max: 100 }), (scores, authors, score) => {
        const set = scores.map((percent, i) => aRecord(`c${i}`, 0, { score: percent / 100 }));
        const brigade = authors.map((author, i) =>
          aRecord(`b${i}`, 0, { score: score / 100, authorKey: `b${author}`, contentHash: 'pump' }),
        );
        const before = moodValues(set, ageless);
        const after = moodValues([...set, ...brigade], ageless);
        expect(before.weighted.sentiment).to.be.closeTo(before.raw.sentiment!, 1e-12);
        const moved = Math.abs(after.weighted.sentiment! - before.weighted.sentiment!);
        const movedRaw = Math.abs(after.raw.sentiment! - before.raw.sentiment!);
        expect(moved).to.be.at.most(movedRaw + 1e-12);
      }),
      { numRuns: 300 },
    );
  });
});
