/**
 * Mechanism of the defect: Redis wrote its last second to disk late, or an older copy was restored. After its restart the epoch is good
 * and so is every value, only old; an idle topic sends nothing that would move the position on, so readers were served the past.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { isRetriable } from '@groundswell/domain';
import { startPlatform, type Platform } from '../../../../tools/platform/index.ts';
import { aBar, slotOf } from './records.ts';
import { makeRig, type Rig } from './rig.ts';
import { until } from './until.ts';

const market = 'feature.symbol.market.v1';
const btc = 'crypto:BTC-USD@coinbase';

describe('persist-online over a Redis that comes back with older data', function () {
  this.timeout(120_000);
  const stateDir = mkdtempSync(join(tmpdir(), 'gw-redis-'));
  const data = join(stateDir, 'data', 'redis');
  const copy = join(stateDir, 'older');
  let platform: Platform;
  let rig: Rig;

  before(async () => {
    const env: NodeJS.ProcessEnv = { ...process.env };
    delete env['REDIS_URL']; // a server of its own, so that it may be stopped
    platform = await startPlatform({ stateDir, ports: 'free', only: ['redis'], env });
    rig = await makeRig(platform.redisUrl);
  });
  after(async () => {
    await rig.drop();
    await platform.stop();
    rmSync(stateDir, { recursive: true, force: true });
  });

  /** What a reader sees: the revision, or null while it must not trust the cache. */
  async function trusted(): Promise<number | null> {
    try {
      const { epoch, slots } = await rig.reader.readSlots([slotOf(btc)]);
      return epoch === null ? null : (slots[0]?.ver ?? 0);
    } catch (thrown) {
      if (!isRetriable(thrown)) throw thrown;
      return null;
    }
  }

  it('is not trusted before it has caught up, though its topics are idle', async () => {
    const { service } = await rig.start();
    await until('following', () => service.isFollowing());
    await rig.publish(market, 0, [aBar(btc, 0, 1)]);
    await until('revision 1', async () => (await trusted()) === 1);
    await platform.halt('redis');
    cpSync(data, copy, { recursive: true });
    await platform.restart('redis');
    await until('revision 1 is trusted again', async () => (await trusted()) === 1);
    await rig.publish(market, 0, [aBar(btc, 0, 2)]);
    await until('revision 2', async () => (await trusted()) === 2);

    await platform.halt('redis');
    rmSync(data, { recursive: true });
    cpSync(copy, data, { recursive: true });
    await platform.restart('redis');

    const seen = new Set<number>();
    await until('revision 2 is trusted again', async () => {
      const revision = await trusted();
      if (revision !== null) seen.add(revision);
      return seen.size > 0;
    });
    expect([...seen]).to.deep.equal([2]);
  });
});
