import { expect } from 'chai';
import { createMetrics } from '@groundswell/runtime';
import { createLagWatch, type FollowedPosition } from '../src/lag-watch.ts';
import { createProjectionMetrics } from '../src/metrics.ts';

const topic = 'feature.symbol.market.v1';
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log };

describe('the watch on the lag', () => {
  let nowMs: number;
  let endOffset: bigint;
  let positions: readonly FollowedPosition[];
  let isAway: boolean;
  beforeEach(() => {
    nowMs = 0;
    endOffset = 20n;
    positions = [{ topic, partition: 3, nextOffset: 20n }];
    isAway = false;
  });

  function watch() {
    const metrics = createMetrics('test');
    const { look } = createLagWatch({
      groups: [{ name: 'persist-online', positions: () => positions }],
      logRanges: () =>
        isAway
          ? Promise.reject(new Error('away'))
          : Promise.resolve(new Map([[3, { startOffset: 0n, endOffset }]])),
      metrics: createProjectionMetrics(metrics),
      nowMs: () => nowMs,
      log,
    });
    const shown = async (name: string): Promise<number | null> => {
      const line = (await metrics.text())
        .split('\n')
        .find((one) => one.startsWith(`groundswell_${name}{`));
      return line === undefined ? null : Number(line.split(' ').at(-1));
    };
    return { look, shown, text: () => metrics.text() };
  }

  /**
   * Mechanism: the lag was set when a batch had been applied, so the figure of a reader that stood still was that of its last batch.
   */
  it('shows a lag that grows while no batch comes', async () => {
    const { look, shown, text } = watch();
    await look();
    expect(await shown('lag_records')).to.equal(0);
    nowMs = 10_000;
    endOffset = 50n;
    await look();
    expect([await shown('lag_records'), await shown('lag_seconds')]).to.deep.equal([30, 10]);
    nowMs = 80_000;
    endOffset = 90n;
    await look();
    expect([await shown('lag_records'), await shown('lag_seconds')]).to.deep.equal([70, 80]);
    expect(await shown('position_age_seconds')).to.equal(80);
    expect(await text()).to.include(
      `lag_records{group="persist-online",topic="${topic}",partition="3"`,
    );
  });

  it('counts a partition as owned while its position is known', async () => {
    const { look, shown } = watch();
    await look();
    expect(await shown('tasks_owned')).to.equal(1);
    positions = [];
    await look();
    expect(await shown('tasks_owned')).to.equal(0);
    expect(await shown('lag_records')).to.equal(null);
  });

  it('shows nothing rather than old numbers once the log does not answer', async () => {
    const { look, shown } = watch();
    await look();
    isAway = true;
    await look().catch(quiet);
    expect(await shown('lag_records')).to.equal(null);
  });
});
