import { createMetrics } from '@groundswell/runtime';
import { expect } from 'chai';
import { createProgressSampler } from '../src/progress-sampler.ts';
import { LagBoard, OldestRow, type Position } from '../src/progress.ts';

const TOPIC = 'market.trade.v1';
const at = (nextOffset: bigint, task = 0): Position => ({
  task,
  topic: TOPIC,
  partition: 0,
  nextOffset,
});
const endsAt = (endOffset: bigint) =>
  new Map([[TOPIC, new Map([[0, { startOffset: 0n, endOffset }]])]]);

describe('lag of a partition', () => {
  it('grows in seconds while records stay undecided, and ends when the position reaches the end of the log', () => {
    const board = new LagBoard();
    const seconds = (nextOffset: bigint, end: bigint, nowMs: number) =>
      board.measure([at(nextOffset)], endsAt(end), nowMs)[0]?.seconds;
    expect(seconds(10n, 10n, 0)).to.equal(0);
    expect(seconds(10n, 25n, 5_000)).to.equal(5);
    expect(seconds(20n, 40n, 9_000)).to.equal(9);
    expect(seconds(40n, 40n, 12_000)).to.equal(0);
    expect(seconds(40n, 41n, 13_000)).to.equal(1);
  });

  it('stays small where a busy log is never seen at rest', () => {
    const board = new LagBoard();
    for (let look = 1; look <= 100; look += 1) {
      const [lag] = board.measure(
        [at(BigInt(look * 50))],
        endsAt(BigInt(look * 50 + 3)),
        look * 5_000,
      );
      expect(lag?.seconds).to.be.at.most(5);
    }
  });

  it('begins at zero for a partition that was just taken over, whatever waits there', () => {
    const board = new LagBoard();
    board.measure([at(5n)], endsAt(100n), 0);
    expect(board.measure([], endsAt(100n), 50_000)).to.deep.equal([]);
    expect(board.measure([at(5n)], endsAt(100n), 60_000)[0]).to.include({
      records: 95,
      seconds: 0,
    });
  });

  it('of a broadcast topic is that of its slowest task', () => {
    const [lag] = new LagBoard().measure([at(30n, 0), at(12n, 1), at(29n, 2)], endsAt(30n), 0);
    expect(lag?.records).to.equal(18);
  });
});

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
