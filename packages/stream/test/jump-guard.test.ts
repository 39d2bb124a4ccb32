import { expect } from 'chai';
import { GapError, type FetchedBatch, type LogRange } from '../src/index.ts';
import { JumpGuard } from '../src/jump-guard.ts';

/** A guard over a log that begins at `startOffset`, and how often the log was asked. */
function guardOver(startOffset: bigint) {
  let asked = 0;
  const range: LogRange = { startOffset, endOffset: 100n };
  const guard = new JumpGuard({
    logRanges: () => {
      asked += 1;
      return Promise.resolve(new Map([[0, range]]));
    },
  });
  return { guard, asked: () => asked };
}

const fetchedAt = (fetchedOffset: bigint): FetchedBatch => ({
  topic: 't',
  partition: 0,
  fetchedOffset,
  endOffset: 50n,
  highWatermark: 100n,
  records: [],
});

describe('a batch fetched beyond the position (H5)', () => {
  it('takes a batch at or below the position without asking anybody', async () => {
    const { guard, asked } = guardOver(0n);
    expect(await guard.accepts(fetchedAt(7n), 7n)).to.equal(true);
    expect(await guard.accepts(fetchedAt(3n), 7n)).to.equal(true);
    expect(asked()).to.equal(0);
  });

  it('sends the source back once, then takes offsets that hold no record', async () => {
    const { guard } = guardOver(0n);
    expect(await guard.accepts(fetchedAt(9n), 7n)).to.equal(false);
    expect(await guard.accepts(fetchedAt(9n), 7n)).to.equal(true);
  });

  it('sends it back again for every other position', async () => {
    const { guard } = guardOver(0n);
    expect(await guard.accepts(fetchedAt(9n), 7n)).to.equal(false);
    expect(await guard.accepts(fetchedAt(12n), 10n)).to.equal(false);
  });

  it('calls records that the log no longer holds a gap', async () => {
    const { guard } = guardOver(9n);
    await guard.accepts(fetchedAt(9n), 7n);
    const thrown = await guard.accepts(fetchedAt(9n), 7n).catch((error: unknown) => error);
    expect(thrown).to.be.instanceOf(GapError);
    expect((thrown as GapError).fields).to.include({ from: '7', to: '9' });
  });
});
