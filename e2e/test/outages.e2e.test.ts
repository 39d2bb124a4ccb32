import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { inLane } from '@groundswell/schemas';
import { startPlatform, type Platform } from '../../tools/platform/index.ts';
import { watchApi, type ApiWatch } from '../rig/api-watch.ts';
import { openScene, type Outcome, type Scene } from '../rig/scene.ts';
import { addressesFrom } from '../rig/stack.ts';
import { until } from '../rig/until.ts';
import { judgements } from '../rig/verdict.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_122);
const TRADES_PER_SECOND = 100;
/** Variables of the parts that this test starts itself. */
const OWN_PARTS = new Set(['SCHEMA_REGISTRY_URL', 'DATABASE_URL', 'REDIS_URL']);
const LATEST = `/v1/features/market.bar/${encodeURIComponent('crypto:BTC-USD@coinbase')}/latest?window_size=1s`;

/**
 * The log is that of the run; registry, Postgres and Redis are this test's own, so that it may take them away. One world goes on through
 * all outages; each is over when its condition is seen, and at the end every place must say what the oracle says.
 */
describe(`a rough world through outages of its stores (seed ${SEED})`, function () {
  this.timeout(300_000);
  const stateDir = mkdtempSync(join(tmpdir(), 'gw-outages-'));
  let platform: Platform | undefined;
  let opened: Scene | undefined;
  let watched: ApiWatch | undefined;
  let isOver = false;
  let playing: Promise<void> = Promise.resolve();
  let outcome: Outcome | undefined;

  before(async () => {
    const { kafkaBrokers } = addressesFrom(process.env);
    const env: NodeJS.ProcessEnv = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !OWN_PARTS.has(name)),
    );
    platform = await startPlatform({
      stateDir,
      ports: 'free',
      only: ['registry', 'postgres', 'redis'],
      env,
    });
    opened = await openScene({
      seed: SEED,
      addresses: { ...platform, kafkaBrokers },
      tradesPerSecond: TRADES_PER_SECOND,
    });
    playing = opened.play(() => isOver);
    playing.catch(() => undefined); // told by whoever waits for it
    await until('the first value', async () => {
      const { status } = await scene().analyst.ask(LATEST);
      return status === 200 || `status ${status}`;
    });
    watched = watchApi(scene().analyst, LATEST);
  });
  after(async function () {
    const hasFailed = this.test?.parent?.tests.some(({ state }) => state !== 'passed') ?? true;
    isOver = true;
    await watched?.stop();
    await playing.catch(() => undefined);
    await opened?.close({ keepLogs: hasFailed });
    await platform?.stop();
    rmSync(stateDir, { recursive: true, force: true });
  });

  const scene = (): Scene => {
    if (opened === undefined) throw new Error('there is no scene');
    return opened;
  };
  const api = (): ApiWatch => {
    if (watched === undefined) throw new Error('nobody asks the API');
    return watched;
  };
  const part = (): Platform => {
    if (platform === undefined) throw new Error('there is no platform');
    return platform;
  };
  const waitFor = (what: string, condition: () => Promise<true | string>): Promise<void> =>
    until(what, condition, { signal: scene().stack.signal });

  async function isReady(service: string): Promise<boolean> {
    const url = scene().stack.service(service).url;
    return (await fetch(`${url}/health/ready`)).ok;
  }
  const readiness = (service: string, wanted: boolean): Promise<void> =>
    waitFor(`${service} to be ${wanted ? 'ready' : 'not ready'}`, async () =>
      (await isReady(service)) === wanted ? true : 'not yet',
    );

  /** It keeps its schemas in Postgres and answers 500 until it has a connection again. */
  const registryServes = (): Promise<void> =>
    waitFor('the registry', async () => {
      const { status } = await fetch(`${part().schemaRegistryUrl}/subjects`);
      return status === 200 || `status ${status}`;
    });

  /** Records of the trade topic that were decided. */
  async function decided(): Promise<bigint> {
    const { database, lane } = scene().stack;
    const [row] = await database.query<{ sum: string }>(
      'SELECT sum(next_offset - first_offset) AS sum FROM checkpoint WHERE topic = $1',
      [inLane(lane, 'market.trade.v1')],
    );
    return BigInt(row?.sum ?? 0);
  }
  async function goesOn(): Promise<void> {
    const before = await decided();
    await waitFor('trades to be decided', async () => {
      const now = await decided();
      return now > before + 50n || `${now - before} more`;
    });
  }

  it('goes on with known schemas while the registry is down, and calls nothing dead for it (G7)', async () => {
    await part().halt('registry');
    await goesOn();
    await part().restart('registry');
    await registryServes();
    await goesOn();
  });

  it('pauses while Postgres is down, says so, and serves the newest values out of Redis', async () => {
    await part().halt('postgres');
    for (const service of ['derive-market', 'derive-behaviour', 'connect-brokerage', 'serve-live'])
      await readiness(service, false);
    const answer = await api().next(({ freshness }) => freshness === 'stale');
    expect(answer).to.include({ status: 200, servedFrom: 'online' });
    const history = await scene().analyst.ask(
      LATEST.replace('/latest?', `/history?from=${encodeURIComponent(new Date().toISOString())}&`),
    );
    expect(history.status).to.equal(503);

    await part().restart('postgres');
    await registryServes();
    for (const service of ['derive-market', 'derive-behaviour', 'connect-brokerage', 'serve-live'])
      await readiness(service, true);
    await goesOn();
    await api().next(({ freshness }) => freshness !== 'stale');
  });

  it('serves out of Postgres while Redis is down, and says so', async () => {
    await part().halt('redis');
    await readiness('persist-online', false);
    expect(await api().next(({ servedFrom }) => servedFrom === 'history')).to.include({
      status: 200,
    });
    await part().restart('redis');
    await readiness('persist-online', true);
    await api().next(({ servedFrom }) => servedFrom === 'online');
  });

  it('heals a flushed Redis out of Postgres', async () => {
    const { redis } = scene().stack;
    const epoch = (): Promise<string | null> => redis.run((it) => it.get(redis.keys.epoch));
    const before = await epoch();
    await redis.run((it) => it.flushall());
    // Whether somebody saw the answers of the time between is chance; that none of them was wrong is judged below.
    await waitFor('a new cache epoch', async () => {
      const now = await epoch();
      return (now !== null && now !== before) || 'none yet';
    });
    await api().next(({ servedFrom }) => servedFrom === 'online');
    await goesOn();
  });

  it('answered every question for the newest value, and no store with an older one than before', () => {
    expect(api().answers()).to.be.greaterThan(50);
    expect(api().failures, api().failures.slice(0, 5).join('\n')).to.have.length(0);
    expect(api().regressions, api().regressions.slice(0, 5).join('\n')).to.have.length(0);
  });

  it('comes to rest', async () => {
    isOver = true;
    await api().stop();
    await playing;
    outcome = await scene().settle();
  });

  for (const [sentence, judge] of Object.entries(judgements)) {
    it(sentence, async () => {
      if (outcome === undefined) throw new Error('the world did not settle');
      const found = await judge(scene(), outcome);
      expect(found.length, found.slice(0, 20).join('\n')).to.equal(0);
    });
  }
});
