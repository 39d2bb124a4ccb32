import { expect } from 'chai';
import { KafkaUnavailableError } from '@groundswell/kafka';
import { createMetrics } from '@groundswell/runtime';
import type { LogRange, RecordSource } from '@groundswell/stream';
import { LogFollower } from '../src/adapters/log-follower.ts';
import { ChannelHub } from '../src/core/channel-hub.ts';
import { createLiveMetrics } from '../src/metrics.ts';
import { createTopology } from '../src/topology.ts';
import { quiet } from './harness.ts';

const topic = 'feature.symbol.market.v1';

describe('lag of a gateway', () => {
  let nowMs: number;
  let range: LogRange | null;

  /** Positioned at the end of the log; no batch ever comes. */
  async function standingStill() {
    nowMs = 0;
    range = { startOffset: 0n, endOffset: 20n };
    const metrics = createMetrics('serve-live');
    const source: RecordSource = {
      start: (handlers) => {
        handlers.onAssigned([0]);
        return Promise.resolve();
      },
      seek: () => undefined,
      pause: () => undefined,
      resume: () => undefined,
      commit: () => Promise.resolve(),
      logRanges: () =>
        range === null
          ? Promise.reject(new KafkaUnavailableError('away', null))
          : Promise.resolve(new Map([[0, range]])),
      offsetsAt: () => Promise.resolve(new Map()),
      stop: () => Promise.resolve(),
    };
    const follower = new LogFollower({
      source,
      lane: 'test-1',
      topology: createTopology().filter((route) => route.topic === topic),
      codecs: new Map(),
      hub: new ChannelHub('t'),
      log: quiet,
      metrics: createLiveMetrics(metrics),
      clock: { nowMs: () => nowMs },
      onCrash: (error) => {
        throw error;
      },
    });
    await follower.start();
    await follower.positioned;
    return { follower, text: () => metrics.text() };
  }

  it('grows while it reads nothing, under the name of the catalogue', async () => {
    const { follower, text } = await standingStill();
    await follower.lag();
    nowMs = 70_000;
    range = { startOffset: 0n, endOffset: 32n };
    await follower.lag();
    const labels = `{group="serve-live",topic="${topic}",partition="0",service="serve-live"}`;
    const shown = await text();
    expect(shown).to.include(`groundswell_lag_records${labels} 12`);
    expect(shown).to.include(`groundswell_lag_seconds${labels} 70`);
    expect(shown).to.include(`groundswell_position_age_seconds${labels} 70`);
  });

  it('is absent, not frozen, while the broker does not answer', async () => {
    const { follower, text } = await standingStill();
    await follower.lag();
    expect(await text()).to.match(/groundswell_lag_records\{/);
    range = null;
    await follower.lag().catch(() => undefined);
    expect(await text()).not.to.match(/groundswell_lag_records\{/);
  });
});
