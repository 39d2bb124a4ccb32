import { expect } from 'chai';
import type { TopicName } from '@groundswell/schemas';
import { GapError, TruncatedError, type LogRange, type Topology } from '../src/index.ts';
import { createSlot, leastPositions, type Slot } from '../src/slot.ts';
import { checkRange, SourceLogs } from '../src/source-logs.ts';
import type { Task } from '../src/task.ts';

const range = (startOffset: bigint, endOffset: bigint): LogRange => ({ startOffset, endOffset });
const partitions = new Map([
  [0, range(0n, 10n)],
  [1, range(5n, 20n)],
]);

describe('the logs of a topology', () => {
  // Investors read one partition of their transactions, and all marks.
  const logs = new SourceLogs({
    topology: {
      sources: { 'brokerage.transaction.v1': {}, 'market.mark.v1': {} },
    } as unknown as Topology,
    source: { logRanges: () => Promise.resolve(partitions) },
    logicalTopic: (physical) => physical.replace('lane.', '') as TopicName,
    physicalTopic: (logical) => `lane.${logical}`,
  });

  it('give a task its own partition of keyed topics and every partition of broadcast ones', async () => {
    expect(logs.keyed).to.deep.equal(['lane.brokerage.transaction.v1']);
    const starts = logs.startsOf(1, await logs.ranges());
    expect(starts.map((one) => [one.topic, one.partition, one.startOffset])).to.deep.equal([
      ['lane.brokerage.transaction.v1', 1, 5n],
      ['lane.market.mark.v1', 0, 0n],
      ['lane.market.mark.v1', 1, 5n],
    ]);
    expect(starts.every(({ partitionCount }) => partitionCount === 2)).to.equal(true);
  });

  it('hold a position from their first offset to the one after the last (I4)', () => {
    const check = (nextOffset: bigint) => () => {
      checkRange({ topic: 't', partition: 1, nextOffset }, new Map([['t', partitions]]));
    };
    expect(check(5n)).not.to.throw();
    expect(check(20n)).not.to.throw();
    expect(check(4n)).to.throw(GapError);
    expect(check(21n)).to.throw(TruncatedError);
  });
});

describe('where to fetch', () => {
  it('is the least position of all tasks that run', () => {
    const slot = (number: number, marks: bigint): Slot => {
      const positions = [
        { topic: 'keyed', partition: number, nextOffset: BigInt(number), clockUs: null },
        { topic: 'marks', partition: 0, nextOffset: marks, clockUs: null },
      ];
      return { ...createSlot(number, 0), task: { lease: { positions } } as unknown as Task };
    };
    const found = leastPositions([slot(1, 9n), slot(2, 4n), createSlot(3, 0)]);
    expect(found.map((one) => [one.topic, one.partition, one.nextOffset])).to.deep.equal([
      ['keyed', 1, 1n],
      ['marks', 0, 4n],
      ['keyed', 2, 2n],
    ]);
  });
});
