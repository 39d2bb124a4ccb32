import { coLocate, commonPartitionCount } from '@groundswell/kafka';
import { expect } from 'chai';

const counts: Record<string, number> = { trades: 5, quotes: 5, marks: 2 };
const countOf = (topic: string): number => counts[topic] ?? 0;
const topics = { keyedTopics: ['trades', 'quotes'], broadcastTopics: ['marks'] };

describe('the co-locating assignment', () => {
  it('keeps equal partition numbers together and gives broadcast topics to everyone', () => {
    const assigned = coLocate(['b', 'a'], topics, countOf);
    expect(assigned.get('a')).to.deep.equal({
      trades: [0, 2, 4],
      quotes: [0, 2, 4],
      marks: [0, 1],
    });
    expect(assigned.get('b')).to.deep.equal({ trades: [1, 3], quotes: [1, 3], marks: [0, 1] });
  });

  it('is the same whatever the order in which members are known', () => {
    const forward = coLocate(['a', 'b', 'c'], topics, countOf);
    const backward = coLocate(['c', 'b', 'a'], topics, countOf);
    expect([...backward].sort()).to.deep.equal([...forward].sort());
  });

  it('leaves members beyond the partition count with the broadcast topics only', () => {
    const assigned = coLocate(['a', 'b', 'c', 'd', 'e', 'f'], topics, countOf);
    expect(assigned.get('f')).to.deep.equal({ marks: [0, 1] });
  });

  it('refuses keyed topics of different partition counts', () => {
    expect(() => commonPartitionCount(['trades', 'marks'], countOf))
      .to.throw()
      .with.property('code', 'GW_PARTITION_COUNT');
  });
});
