import { createMetrics } from '@groundswell/runtime';
import { expect } from 'chai';
import { createProgressSampler } from '../src/progress-sampler.ts';
import { OldestRow } from '../src/oldest-row.ts';

describe('the oldest row of an outbox', () => {
  it('ages as long as it is the same row', () => {
    const oldest = new OldestRow();
    expect([oldest.age(7n, 0), oldest.age(7n, 4_000), oldest.age(8n, 5_000)]).to.deep.equal([
      0, 4, 0,
    ]);
    expect([oldest.age(8n, 6_000), oldest.age(null, 7_000)]).to.deep.equal([1, 0]);
  });
});

describe('the progress sampler', () => {
  it('shows nothing rather than old numbers once the database does not answer', async () => {
    const metrics = createMetrics('test');
    let broken = false;
    const query = (text: string): Promise<never[]> =>
      broken
        ? Promise.reject(new Error('gone'))
        : Promise.resolve(
            (text.includes('FROM outbox') ? [{ rows: '3', oldest: '1' }] : []) as never[],
          );
    const group = {
      name: 'derive-market',
      group: 'derive-market',
      owned: () => [0],
      stopped: () => [],
      logRanges: () => Promise.resolve(new Map()),
    };
    const sampler = createProgressSampler(metrics, { query }, [group], () => 0);
    await sampler.sample();
    expect(await metrics.text()).to.match(/groundswell_outbox_rows\{group="derive-market".*\} 3/);
    broken = true;
    await sampler.sample().catch(() => undefined);
    expect(await metrics.text()).not.to.match(/groundswell_outbox_rows\{/);
  });
});
