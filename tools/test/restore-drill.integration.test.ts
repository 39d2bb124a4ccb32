import { setTimeout as sleep } from 'node:timers/promises';
import { createKeys, createRedis, unpackValue } from '@groundswell/redis';
import { openServiceLane, type RunningService, type ServiceLane } from '@groundswell/testkit';
import { expect } from 'chai';
import { raiseLineage } from '../operate/raise-lineage.ts';
import { copyTables, type TableCopy } from '../backup/table-copy.ts';
import { canaryKeys, type CanaryKey } from '../observability/canary.ts';
import { openCanaryPublisher, required, type CanaryPublisher } from './support/canary-publisher.ts';
import { until } from './support/until.ts';

/** R12, R35: Postgres goes back in time while the log and the cache do not. The parts of it build on each other. */
describe('a restore of Postgres to an older copy', function () {
  this.timeout(180_000);
  const [key] = canaryKeys(6) as [CanaryKey];
  const startUs = (Math.floor(Date.now() / 60_000) - 1) * 60_000_000;
  let lane: ServiceLane;
  let copy: TableCopy;
  let derive: RunningService;
  let persist: RunningService;
  let trades: CanaryPublisher;
  let published = 80;

  /** The minute bar in history, topic and cache: [lineage, revision, trades]. */
  async function sinks(): Promise<{ history: number[]; topic: number[]; cache: number[] }> {
    const [row] = await lane.database.query<{ lineage: string; revision: string; n: string }>(
      `SELECT lineage, revision, record->>'trade_count' AS n FROM feature_history
       WHERE entity = $1 AND window_size_ms = 60000 ORDER BY lineage DESC, revision DESC LIMIT 1`,
      [key.entity],
    );
    const published = (await lane.read('feature.symbol.market.v1'))
      .map(({ record }) => record)
      .filter(({ entity, windowSizeMs }) => entity === key.entity && windowSizeMs === 60_000)
      .toSorted((a, b) => a.lineage - b.lineage || a.revision - b.revision)
      .at(-1);
    const redis = createRedis({ url: required('REDIS_URL'), lane: lane.lane, log: silent });
    const slot = createKeys(lane.lane).slot({
      featureSet: 'market.bar',
      entity: key.entity,
      windowSizeMs: 60_000,
    });
    const bytes = await redis.run((it) => it.getBuffer(slot));
    await redis.close();
    const value = bytes === null ? undefined : unpackValue(bytes);
    const record = JSON.parse(value?.json ?? '{}') as { trade_count?: number };
    return {
      history: [Number(row?.lineage), Number(row?.revision), Number(row?.n)],
      topic: [published?.lineage ?? 0, published?.revision ?? 0, published?.tradeCount ?? 0],
      cache: [value?.lineage ?? 0, value?.ver ?? 0, record.trade_count ?? 0],
    };
  }

  async function converged(trades: number): Promise<boolean> {
    const { history, topic, cache } = await sinks();
    const same = `${history.join()}|${history.join()}|${history.join()}`;
    return history[2] === trades && `${history.join()}|${topic.join()}|${cache.join()}` === same;
  }

  async function conflicts(): Promise<number> {
    const text = await (await fetch(`${persist.url}/metrics`)).text();
    const lines = [...text.matchAll(/^groundswell_version_conflict_total\{.*\} (\d+)$/gm)];
    return lines.reduce((sum, [, count]) => sum + Number(count), 0);
  }

  /** Slowly: several batches, so several revisions. */
  const publish = (from: number, to: number) => trades.publish(from, to, 20);
  const startDerive = async (): Promise<void> => {
    derive = await lane.start('services/derive-market/src/main.ts', {});
  };

  before(async () => {
    lane = await openServiceLane(process.env);
    trades = await openCanaryPublisher(lane.lane, key, startUs);
    persist = await lane.start('services/persist-online/src/main.ts', {});
    await startDerive();
  });

  after(async () => {
    await copy.drop();
    await trades.close();
    await lane.close();
  });

  it('begins with all sinks at one value, and goes on after the backup', async () => {
    await publish(0, 20);
    await until('20 trades in all sinks', () => converged(20));
    copy = await copyTables(lane.database);
    await publish(20, 60);
    await until('60 trades in all sinks', () => converged(60));
    expect(await conflicts()).to.equal(0);
  });

  it('is seen as a version conflict where the lineage is not raised', async () => {
    await derive.kill('SIGKILL');
    await copy.restore();
    await publish(60, 80);
    await startDerive();
    // The replay made fewer versions of other values. A sink sees it once versions meet those that it holds.
    await until('a version conflict', async () => {
      if ((await conflicts()) > 0) return true;
      await publish(published, published + 10);
      published += 10;
      await sleep(500);
      return false;
    });
  });

  it('converges in history, topic and cache once the lineage is raised and the log replayed', async () => {
    await derive.kill('SIGKILL');
    await copy.restore();
    const before = await conflicts();
    const beganMs = Date.now();
    const raised = await raiseLineage(lane.database, Date.now(), {
      operator: 'drill',
      reason: 'restored',
    });
    expect(raised.after).to.be.greaterThan(raised.before);
    await startDerive();
    await until('all trades in all sinks', () => converged(published));
    process.stdout.write(`      raise and replay took ${Date.now() - beganMs} ms\n`);
    expect((await sinks()).cache[0]).to.equal(raised.after);
    expect(await conflicts()).to.equal(before);
  });
});

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};
