import { GroundswellError } from '@groundswell/domain';
import { expect } from 'chai';
import { PoisonSuspectError, Suspects } from '../src/suspects.ts';

const threw = (offset: bigint) => new PoisonSuspectError(offset, new RangeError('cannot fold'));
const refusedWith = (sqlState: string) =>
  new GroundswellError('refused', {
    code: 'GW_POSTGRES_REFUSED',
    retriable: false,
    fields: { sqlState },
  });

describe('records under suspicion of being poison (I9)', () => {
  it('convicts a record when the operator throws on it the second time', () => {
    const suspects = new Suspects();
    expect(suspects.blame(threw(3n), [2n, 3n])).to.equal(true);
    expect([...suspects.convicted()]).to.deep.equal([]);
    suspects.blame(threw(3n), [2n, 3n]);
    expect([...suspects.convicted()]).to.deep.equal([[3n, 'RangeError']]);
  });

  it('walks a batch that the store refused, and convicts the record that is refused alone', () => {
    const suspects = new Suspects();
    expect(suspects.blame(refusedWith('22021'), [1n, 2n])).to.equal(true);
    expect([suspects.alone, suspects.convicted().size]).to.deep.equal([true, 0]);
    suspects.blame(refusedWith('22021'), [1n]);
    expect([...suspects.convicted().keys()]).to.deep.equal([1n]);
  });

  it('forgets everything with a commit', () => {
    const suspects = new Suspects();
    suspects.blame(refusedWith('22021'), [1n, 2n]);
    suspects.blame(threw(1n), [1n]);
    suspects.clear();
    suspects.blame(threw(1n), [1n]);
    expect([suspects.alone, suspects.convicted().size]).to.deep.equal([false, 0]);
  });

  // An outage that is taken for poison throws good records away.
  it('blames no record for an outage, a constraint or a fault of ours', () => {
    const suspects = new Suspects();
    for (const thrown of [refusedWith('23514'), new TypeError('ours'), null]) {
      expect(suspects.blame(thrown, [1n])).to.equal(false);
    }
    expect(suspects.blame(refusedWith('22021'), [])).to.equal(false);
    expect([suspects.alone, suspects.convicted().size]).to.deep.equal([false, 0]);
  });
});
