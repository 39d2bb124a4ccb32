import { expect } from 'chai';
import { compareLatestWindow, compareVersions } from '../src/index.ts';

describe('the order of versions', () => {
  it('compares lineage first, then revision, as numbers', () => {
    expect(compareVersions({ lineage: 1, ver: 10 }, { lineage: 1, ver: 9 })).to.be.above(0);
    expect(compareVersions({ lineage: 2, ver: 1 }, { lineage: 1, ver: 99 })).to.be.above(0);
    expect(compareVersions({ lineage: 1, ver: 3 }, { lineage: 1, ver: 3 })).to.equal(0);
  });

  it('compares places in a log by offset', () => {
    const at = (offset: number): { lineage: 0; ver: { partition: 4; offset: number } } => ({
      lineage: 0,
      ver: { partition: 4, offset },
    });
    expect(compareVersions(at(10), at(9))).to.be.above(0);
    expect(compareVersions(at(9), at(9))).to.equal(0);
  });

  it('never lets a revision of an older window replace the latest one, but lets its own correction', () => {
    const shown = { lineage: 1, windowStartUs: 2_000_000, ver: 1 };
    expect(
      compareLatestWindow({ lineage: 1, windowStartUs: 1_000_000, ver: 9 }, shown),
    ).to.be.below(0);
    expect(compareLatestWindow({ ...shown, ver: 2 }, shown)).to.be.above(0);
  });
});
