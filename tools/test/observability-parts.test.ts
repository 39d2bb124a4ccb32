import { createMetrics } from '@groundswell/runtime';
import { expect } from 'chai';
import { createRedisFigures, keyCount, parseInfo } from '../observability/redis-figures.ts';
import { risingCounter } from '../observability/rising-counter.ts';

const INFO = `# Memory\r
used_memory:1048576\r
maxmemory:0\r
maxmemory_policy:noeviction\r
# Stats\r
total_commands_processed:120\r
keyspace_hits:7\r
evicted_keys:0\r
mem_fragmentation_ratio:1.25\r
# Keyspace\r
db0:keys=12,expires=0,avg_ttl=0\r
db3:keys=5,expires=1,avg_ttl=9\r
`;

describe('figures of Redis', () => {
  it('are read from INFO: numbers only, keys of every database', () => {
    const figures = parseInfo(INFO);
    expect(figures.get('used_memory')).to.equal(1_048_576);
    expect(figures.get('mem_fragmentation_ratio')).to.equal(1.25);
    expect(figures.has('maxmemory_policy')).to.equal(false);
    expect(keyCount(INFO)).to.equal(17);
  });

  it('are exported under our names', async () => {
    const metrics = createMetrics('test');
    const show = createRedisFigures(metrics);
    show(INFO);
    show(INFO.replace('processed:120', 'processed:150'));
    const text = await metrics.text();
    expect(text).to.include('groundswell_redis_memory_bytes{service="test"} 1048576');
    expect(text).to.include('groundswell_redis_commands_total{service="test"} 30');
  });
});

describe('a total that another program counts', () => {
  it('adds what is new, all of it after a restart of that program, nothing at first sight', () => {
    const added: number[] = [];
    const follow = risingCounter({ inc: (_labels, by = 1) => void added.push(by) });
    for (const total of [100, 130, 130, 4]) follow(total);
    expect(added).to.deep.equal([0, 30, 0, 4]);
  });

  it('keeps label sets apart', () => {
    const added: number[] = [];
    const follow = risingCounter({ inc: (_labels, by = 1) => void added.push(by) });
    follow(10, { from: 'disk' });
    follow(500, { from: 'cache' });
    follow(12, { from: 'disk' });
    expect(added).to.deep.equal([0, 0, 2]);
  });
});
