import { expect } from 'chai';
import fc from 'fast-check';
import {
  hoppingStarts,
  isFinalDue,
  isLate,
  latenessMs,
  nextStatus,
  tumblingStart,
} from '../src/index.ts';

describe('window starts', () => {
  it('gives the starts of the worked example E13', () => {
    expect(hoppingStarts(9000, 10_000, 4000)).to.deep.equal([0, 4000, 8000]);
    expect(hoppingStarts(14_000, 10_000, 4000)).to.deep.equal([8000, 12_000]);
    expect(hoppingStarts(3000, 10_000, 4000)).to.deep.equal([0]);
  });

  it('puts a boundary into the window that begins there', () => {
    expect(tumblingStart(59_999, 60_000)).to.equal(0);
    expect(tumblingStart(60_000, 60_000)).to.equal(60_000);
  });

  it('hops by its own size like a tumbling window', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 100_000 }), (ts, size) => {
        expect(hoppingStarts(ts, size, size)).to.deep.equal([tumblingStart(ts, size)]);
      }),
    );
  });

  it('lists every aligned window that holds the instant, and no other', () => {
    const step = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(fc.nat(500), step, step, (ts, size, advance) => {
        const expected: number[] = [];
        for (let start = 0; start <= ts; start += advance) {
          if (ts < start + size) expected.push(start);
        }
        expect(hoppingStarts(ts, size, advance)).to.deep.equal(expected);
      }),
    );
  });
});

describe('lateness', () => {
  it('closes a window when stream time reaches its end plus the accepted time', () => {
    expect(isLate(60_000, 5000, 64_999)).to.equal(false);
    expect(isLate(60_000, 5000, 65_000)).to.equal(true);
    expect(latenessMs(60_000, 5000, 65_000)).to.equal(0);
    expect(latenessMs(60_000, 5000, 65_007)).to.equal(7);
  });
});

describe('window status', () => {
  const rule = { graceMs: 5000, idleMs: 2000 };
  const due = (streamTimeMs: number, partitionClockMs: number, idle = false): boolean =>
    isFinalDue(60_000, rule, { streamTimeMs, partitionClockMs, idle });

  it('is announced by the clock of its key, of its partition, or by silence', () => {
    expect(due(64_999, 66_999)).to.equal(false);
    expect(due(65_000, 65_000)).to.equal(true);
    expect(due(10_000, 67_000)).to.equal(true);
    expect(due(10_000, 10_000, true)).to.equal(true);
  });

  it('goes from provisional over final to revised', () => {
    expect(nextStatus(null, false)).to.equal('provisional');
    expect(nextStatus('provisional', false)).to.equal('provisional');
    expect(nextStatus('provisional', true)).to.equal('final');
    expect(nextStatus('final', true)).to.equal('revised');
    expect(nextStatus('revised', true)).to.equal('revised');
  });

  it('calls a first publication after the announcement final', () => {
    expect(nextStatus(null, true)).to.equal('final');
  });
});
