import { createStreamTracker } from '@groundswell/connector';
import { expect } from 'chai';

describe('the tracker of a stream with contiguous ids', () => {
  it('holds the position at the lowest id without an ack', () => {
    const tracker = createStreamTracker(null);
    for (const id of [10, 11, 12]) tracker.observe(id, id, 0);
    tracker.acked(12);
    tracker.acked(11);
    expect(tracker.position()).to.equal(10);
    tracker.acked(10);
    expect(tracker.position()).to.equal(13);
  });

  it('opens a hole at a jump and splits it as ids come', () => {
    const tracker = createStreamTracker(null);
    tracker.observe(1, 100, 0);
    tracker.observe(6, 600, 5);
    expect(tracker.observe(4, 400, 6)).to.equal('take');
    expect(tracker.holes()).to.deep.equal([
      { fromId: 2, toId: 3, openedAtMs: 5, afterUs: 100, beforeUs: 600 },
      { fromId: 5, toId: 5, openedAtMs: 5, afterUs: 100, beforeUs: 600 },
    ]);
  });

  it('finds the end of a quiet stream by what the source announces', () => {
    const tracker = createStreamTracker(null);
    tracker.observe(1, 100, 0);
    tracker.announce(3, 7);
    tracker.announce(4, 8);
    expect(tracker.holes()).to.have.length(1);
    expect(tracker.holes()[0]).to.include({ fromId: 2, toId: 4, openedAtMs: 7 });
    tracker.announce(4, 9);
    expect(tracker.holes()).to.have.length(1);
  });

  it('takes a stored position for the end of what is settled', () => {
    const tracker = createStreamTracker(50);
    expect(tracker.observe(49, 1, 0)).to.equal('duplicate');
    expect(tracker.observe(52, 3, 0)).to.equal('take');
    expect(tracker.holes()[0]).to.include({ fromId: 50, toId: 51 });
    expect(tracker.position()).to.equal(50);
  });

  it('tells an id from before its start from a duplicate', () => {
    const tracker = createStreamTracker(null);
    tracker.observe(50, 1, 0);
    expect(tracker.observe(49, 1, 0)).to.equal('before-start');
    expect(tracker.observe(50, 1, 0)).to.equal('duplicate');
  });

  it('counts a declared gap as settled, takes a late fill of it, and reports its end once', () => {
    const tracker = createStreamTracker(null);
    tracker.observe(1, 1, 0);
    tracker.observe(4, 4, 0);
    tracker.acked(1);
    tracker.acked(4);
    tracker.declare({ fromId: 2, toId: 3 });
    expect(tracker.position()).to.equal(5);
    expect(tracker.openGapCount()).to.equal(1);
    expect(tracker.observe(2, 2, 0)).to.equal('take');
    expect(tracker.position()).to.equal(2);
    expect(tracker.takeClosedGaps()).to.deep.equal([]);
    expect(tracker.observe(3, 3, 0)).to.equal('take');
    expect(tracker.takeClosedGaps()).to.deep.equal([{ fromId: 2, toId: 3 }]);
    expect(tracker.takeClosedGaps()).to.deep.equal([]);
    expect(tracker.observe(3, 3, 0)).to.equal('duplicate');
  });

  it('ends a gap at once when it was filled while its record was on its way', () => {
    const tracker = createStreamTracker(null);
    tracker.observe(1, 1, 0);
    tracker.observe(3, 3, 0);
    tracker.observe(2, 2, 0);
    tracker.declare({ fromId: 2, toId: 2 });
    expect(tracker.takeClosedGaps()).to.deep.equal([{ fromId: 2, toId: 2 }]);
    expect(tracker.openGapCount()).to.equal(0);
  });
});
