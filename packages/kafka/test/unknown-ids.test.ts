import { expect } from 'chai';
import { UnknownIds } from '../src/unknown-ids.ts';

describe('the memory of unknown schema ids (G3)', () => {
  it('lasts 30 s', () => {
    const unknown = new UnknownIds();
    unknown.add(7, 0);
    expect(unknown.has(7, 29_999)).to.equal(true);
    expect(unknown.has(7, 30_000)).to.equal(false);
    expect(unknown.has(8, 0)).to.equal(false);
  });

  it('holds 1,000 ids and forgets the oldest first', () => {
    const unknown = new UnknownIds();
    for (let id = 1; id <= 1_001; id += 1) unknown.add(id, id);
    expect(unknown.has(1, 1_001)).to.equal(false);
    expect(unknown.has(2, 1_001)).to.equal(true);
    expect(unknown.has(1_001, 1_001)).to.equal(true);
  });
});
