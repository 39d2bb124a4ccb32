import { expect } from 'chai';
import fc from 'fast-check';
import { learnDays, pagesOf, type KnownDays } from '../../src/days/known-days.ts';

/** One round at the venue: days that pass before it, how far back we want to go, how many pages come before a crash. */
const rounds = fc.array(
  fc.record({
    passed: fc.nat(400),
    pastDays: fc.constantFrom(0, 1, 7, 90, 700),
    pages: fc.constantFrom(0, 1, 2, Infinity),
  }),
  { minLength: 1, maxLength: 12 },
);
/** A few quiet days, and the newest day often not there yet. */
const traded = fc.array(fc.boolean(), { minLength: 3000, maxLength: 3000 });

describe('the days that are known', () => {
  it('have no hole after any page, and in the end are all that the venue has, however often we crash', () => {
    fc.assert(
      fc.property(rounds, traded, (steps, open) => {
        let known: KnownDays | null = null;
        let today = 20_000;
        const got = new Set<number>();
        const has = (day: number): boolean => open[day % open.length] ?? false;
        const lost = (from: number, to: number): number[] => {
          const days = [];
          for (let day = from; day < to; day += 1) if (has(day) && !got.has(day)) days.push(day);
          return days;
        };
        for (const { passed, pastDays, pages } of steps) {
          today += passed;
          for (const page of pagesOf(known, today, pastDays, 300).slice(0, pages)) {
            const { first, last } = page;
            expect(last - first).to.be.within(0, 299);
            expect(last).to.be.lessThan(today);
            const days = [];
            for (let day = first; day <= last; day += 1) if (has(day)) days.push(day);
            for (const day of days) got.add(day);
            known = learnDays(known, page, days.at(-1) ?? null, today);
            expect(lost(known.first, known.next), 'holes').to.deep.equal([]);
          }
          if (pages === Infinity && pastDays > 0) {
            expect(lost(today - pastDays, today), 'missing').to.deep.equal([]);
            expect(known?.next).to.be.at.least(today - 7);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('are not asked for again, but for a newest day that its venue had not added up', () => {
    const today = 20_000;
    const all = { first: today - 90, last: today - 1 };
    expect(pagesOf(null, today, 90, 300)).to.deep.equal([all]);
    const known = learnDays(null, all, today - 2, today);
    expect(pagesOf(known, today, 90, 300)).to.deep.equal([{ first: today - 1, last: today - 1 }]);
    const both = learnDays(known, { first: today - 1, last: today - 1 }, today - 1, today);
    expect(pagesOf(both, today, 90, 300)).to.deep.equal([]);
    expect(pagesOf(both, today + 1, 90, 300)).to.deep.equal([{ first: today, last: today }]);
  });
});
