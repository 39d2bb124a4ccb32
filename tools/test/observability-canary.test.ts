import { partitionOf } from '@groundswell/kafka';
import { expect } from 'chai';
import { CanaryBoard, canaryKeys, canaryTrade } from '../observability/canary.ts';

describe('canaries', () => {
  const keys = canaryKeys(6);
  const [first] = keys;
  if (first === undefined) throw new RangeError('no keys');

  it('are one reserved instrument in each partition', () => {
    expect(keys.map(({ partition }) => partition)).to.deep.equal([0, 1, 2, 3, 4, 5]);
    for (const { entity, instrumentId, partition } of keys) {
      expect(partitionOf(Buffer.from(entity), 6)).to.equal(partition);
      expect(instrumentId).to.match(/^canary:\d+$/);
    }
  });

  it('are measured once, however often their bar is published', () => {
    const board = new CanaryBoard();
    const trade = canaryTrade(first, 1_700_000_000_900_000);
    board.sent(first, trade.eventTimeUs, 1000);
    expect(board.arrived(first.entity, 1_699_999_999_000_000, 1250)).to.equal(null);
    const arrived = board.arrived(first.entity, 1_700_000_000_000_000, 1250);
    expect(arrived).to.deep.equal({ partition: first.partition, seconds: 0.25, overtaken: 0 });
    expect(board.arrived(first.entity, 1_700_000_000_000_000, 9000)).to.equal(null);
  });

  it('are waited for until they arrive, and forgotten ten minutes later', () => {
    const board = new CanaryBoard();
    board.sent(first, 5_000_000, 5000);
    expect(board.waiting(first.partition, 65_000)).to.equal(60);
    expect(board.waiting(first.partition + 1, 65_000)).to.equal(0);
    expect(board.waiting(first.partition, 700_000)).to.equal(0);
  });

  it('are no longer waited for when a later one of their partition came', () => {
    const board = new CanaryBoard();
    const [, second] = keys;
    if (second === undefined) throw new TypeError('a topic of one partition');
    for (const key of [first, second]) {
      board.sent(key, 5_000_000, 5000);
      board.sent(key, 15_000_000, 15_000);
      board.sent(key, 25_000_000, 25_000);
    }
    expect(board.arrived(first.entity, 15_000_000, 15_200)).to.include({ overtaken: 1 });
    expect(board.waiting(first.partition, 30_000)).to.equal(5);
    expect(board.waiting(second.partition, 30_000)).to.equal(25);
  });

  it('are not waited for when they were not sent, or nobody read meanwhile', () => {
    const board = new CanaryBoard();
    board.sent(first, 5_000_000, 5000);
    board.lost(first, 5_000_000);
    expect(board.waiting(first.partition, 65_000)).to.equal(0);
    board.sent(first, 15_000_000, 15_000);
    board.forgetAll();
    expect(board.waiting(first.partition, 65_000)).to.equal(0);
  });
});
