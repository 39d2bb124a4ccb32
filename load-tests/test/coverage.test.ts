import { expect } from 'chai';
import { Coverage, type Frame } from '../lib/coverage.js';

const frame = (from: number, seq: number, epoch = 'e'): Frame => ({
  channel: 'c',
  epoch,
  from,
  seq,
  items: [],
});

function joined(): Coverage {
  const coverage = new Coverage();
  coverage.asking('c');
  coverage.answered('c', { verdict: 'resynced', epoch: 'e', seq: 10 });
  return coverage;
}

describe('continuity of a channel', () => {
  it('takes frames that join on or overlap, and passes over what it has', () => {
    const coverage = joined();
    expect(coverage.frame(frame(10, 12))).to.equal('fresh');
    expect(coverage.frame(frame(11, 15))).to.equal('fresh');
    expect(coverage.frame(frame(12, 15))).to.equal('old');
  });

  it('calls a hole and another epoch a loss, once', () => {
    const coverage = joined();
    expect(coverage.frame(frame(11, 12))).to.equal('lost');
    expect(coverage.frame(frame(12, 13))).to.equal('fresh');
    expect(coverage.frame(frame(13, 14, 'f'))).to.equal('lost');
    expect(coverage.frame(frame(14, 15, 'f'))).to.equal('fresh');
  });

  it('calls a frame of a channel that was never answered a loss', () => {
    expect(new Coverage().frame(frame(0, 1))).to.equal('lost');
  });

  it('keeps frames that overtake the acknowledgement until it comes', () => {
    const coverage = new Coverage();
    coverage.asking('c');
    for (const early of [frame(8, 10), frame(10, 11), frame(12, 13)]) {
      expect(coverage.frame(early)).to.equal('early');
    }
    const answer = coverage.answered('c', { verdict: 'resynced', epoch: 'e', seq: 10 });
    expect(answer).to.deep.equal({ verdict: 'resynced', fresh: [frame(10, 11)], lost: 1 });
  });

  it('asks from where it is and accepts a resumption from there only', () => {
    const coverage = joined();
    coverage.frame(frame(10, 12));
    expect(coverage.asking('c')).to.deep.equal({ epoch: 'e', seq: 12 });
    const right = coverage.answered('c', { verdict: 'resumed', epoch: 'e', seq: 12 });
    expect(right.verdict).to.equal('resumed');
    coverage.asking('c');
    const skipping = coverage.answered('c', { verdict: 'resumed', epoch: 'e', seq: 14 });
    expect(skipping.verdict).to.equal('wrong');
  });

  it('tells a refusal from an answer that is no verdict', () => {
    const coverage = joined();
    coverage.asking('c');
    expect(coverage.answered('c', {}).verdict).to.equal('refused');
    coverage.asking('c');
    expect(coverage.answered('c', { verdict: 'maybe', epoch: 'e', seq: 1 }).verdict).to.equal(
      'wrong',
    );
  });
});
