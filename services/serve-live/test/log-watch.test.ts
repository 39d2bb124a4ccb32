import { expect } from 'chai';
import { KafkaUnavailableError } from '@groundswell/kafka';
import { createMetrics } from '@groundswell/runtime';
import type { LiveGatewayStatus } from '@groundswell/schemas';
import { startLogWatch } from '../src/adapters/log-watch.ts';
import { ChannelHub } from '../src/core/channel-hub.ts';
import { createLiveMetrics } from '../src/metrics.ts';
import { clock, quiet, until } from './harness.ts';

describe('the watch on the log', () => {
  for (const [name, outage] of [
    ['refuses', () => Promise.reject(new KafkaUnavailableError('away', null))],
    ['hangs', () => new Promise<never>(() => undefined)],
  ] as const) {
    it(`says degraded while the broker ${name}, and live again`, async () => {
      const hub = new ChannelHub('t');
      const said: LiveGatewayStatus[] = [];
      let isUp = true;
      const watch = startLogWatch({
        follower: { lag: () => (isUp ? Promise.resolve([]) : outage()) },
        gateway: { setStatus: (status) => said.push(status) },
        hub,
        clock,
        log: quiet,
        metrics: createLiveMetrics(createMetrics('serve-live')),
        everyMs: 10,
      });
      await until(() => watch.isUp());
      isUp = false;
      await until(() => !watch.isUp());
      expect(hub.find('sources')?.snapshotJson()).to.contain('"state":"DEGRADED"');
      isUp = true;
      await until(() => watch.isUp());
      watch.stop();
      expect(said.map(({ state }) => state)).to.deep.equal(['live', 'degraded', 'live']);
      expect(hub.find('sources')?.snapshotJson()).to.contain('"state":"LIVE"');
    });
  }
});
