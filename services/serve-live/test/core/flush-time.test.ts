import { expect } from 'chai';
import fc from 'fast-check';
import { Allowance } from '../../src/core/allowance.ts';
import { FRAME_PERIOD_MS, SLOTS, flushTimeMs } from '../../src/core/flush-time.ts';

describe('the time of a flush', () => {
  it('is now for a client that was quiet', () => {
    expect(flushTimeMs(1000, 3, 1100)).to.equal(1100);
    expect(flushTimeMs(0, 3, 5000)).to.equal(5000);
  });

  it('keeps a busy client to one frame a period, in its own slot', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(SLOTS - 1), fc.nat(99), (startMs, slot, aheadMs) => {
        const first = flushTimeMs(startMs, slot, startMs + aheadMs);
        expect(first - startMs).to.be.within(FRAME_PERIOD_MS / 2, FRAME_PERIOD_MS * 1.5);
        expect(first % FRAME_PERIOD_MS).to.equal(slot * 10);
        expect(flushTimeMs(first, slot, first + 1) - first).to.equal(FRAME_PERIOD_MS);
      }),
    );
  });
});

describe('an allowance', () => {
  it('gives its burst, then its rate', () => {
    const allowance = new Allowance(10, 3, 0);
    expect([1, 2, 3, 4].map(() => allowance.take(0))).to.deep.equal([true, true, true, false]);
    expect(allowance.take(99)).to.equal(false);
    expect(allowance.take(200)).to.equal(true);
  });
});
