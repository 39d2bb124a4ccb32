import { expect } from 'chai';
import { AnsweredVersions } from '../../src/core/answered-versions.ts';

const version = (lineage: number, windowStartUs: number, ver: number) => ({
  lineage,
  windowStartUs,
  ver,
});

describe('versions that were answered out of history', () => {
  it('hold back an online value that is older by lineage, window or revision, as numbers', () => {
    const answered = new AnsweredVersions();
    answered.note('slot', version(2, 10, 10));
    expect(answered.isBehind('slot', version(2, 10, 9))).to.equal(true);
    expect(answered.isBehind('slot', version(2, 9, 50))).to.equal(true);
    expect(answered.isBehind('slot', version(1, 11, 50))).to.equal(true);
    expect(answered.isBehind('slot', null)).to.equal(true);
    expect(answered.isBehind('other', null)).to.equal(false);
  });

  it('are forgotten when the online store has caught up', () => {
    const answered = new AnsweredVersions();
    answered.note('slot', version(1, 10, 10));
    expect(answered.isBehind('slot', version(1, 10, 10))).to.equal(false);
    expect(answered.isBehind('slot', version(1, 10, 1))).to.equal(false);
  });

  it('never move back themselves: answers may overtake each other', () => {
    const answered = new AnsweredVersions();
    answered.note('slot', version(1, 10, 10));
    answered.note('slot', version(1, 10, 9));
    expect(answered.isBehind('slot', version(1, 10, 9))).to.equal(true);
  });

  it('are kept of a bounded number of slots', () => {
    const answered = new AnsweredVersions();
    for (let i = 0; i <= 50_000; i++) answered.note(`slot ${i}`, version(1, 1, 2));
    expect(answered.isBehind('slot 0', version(1, 1, 1))).to.equal(false);
    expect(answered.isBehind('slot 1', version(1, 1, 1))).to.equal(true);
  });
});
