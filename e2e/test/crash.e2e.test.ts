import { expect } from 'chai';
import { createRecordCodec } from '@groundswell/kafka';
import type { BrokerItem } from '@groundswell/simulator';
import { formatIsoUs } from '@groundswell/domain';
import { differencesInDeadLetters, differencesInLate, readAccounts } from '../rig/accounts.ts';
import { openAudience, openCaller, type Audience, type Caller } from '../rig/callers.ts';
import { differencesInConnector } from '../rig/connector-truth.ts';
import { createCounters, scrape } from '../rig/counters.ts';
import {
  differencesFromOracle,
  differencesOfPlaces,
  type Differences,
} from '../rig/differences.ts';
import { expectLedger, type LedgerExpectation } from '../rig/expect-ledger.ts';
import { expectMarket, type MarketExpectation } from '../rig/expect-market.ts';
import { planKills, runKills, type Recovery } from '../rig/fault-schedule.ts';
import { followTopics, type LogTape, type TapeRecord } from '../rig/log-tape.ts';
import { startPollution, type Pollution } from '../rig/pollution.ts';
import { publishedInHistory, publishedInTopics, type Published } from '../rig/published.ts';
import { connectorsAreDone, cursorProgress, quiesce } from '../rig/quiesce.ts';
import { differencesInApi, differencesInClients, differencesInRedis } from '../rig/readers.ts';
import { addressesFrom, openStack, type Stack } from '../rig/stack.ts';
import { until } from '../rig/until.ts';
import { openWorld, type WorldRun } from '../rig/world-run.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_121);
const TRADES_PER_SECOND = 250;
const WORLD_MS = Number(process.env['E2E_WORLD_MS'] ?? 40_000);
const WITHOUT_KILLS = process.env['E2E_NO_KILLS'] === '1';

const TAPED = [
  'market.trade.v1',
  'brokerage.transaction.v1',
  'market.mark.v1',
  'feature.symbol.market.v1',
  'feature.investor.behaviour.v1',
  'control.dead-letter.v1',
  'control.late-event.v1',
  'control.gap.v1',
] as const;

const KILLED = [
  'derive-market',
  'derive-behaviour',
  'persist-online',
  'connect-market',
  'connect-brokerage',
  'serve-live',
];
const SERVICES = ['dev-issuer', ...KILLED, 'serve-api'];

describe(`a rough world through crashes of every service (seed ${SEED})`, function () {
  this.timeout(300_000);
  let stack: Stack;
  let world: WorldRun;
  let tape: LogTape;
  let pollution: Pollution;
  let audience: Audience;
  let analyst: Caller;
  let market: MarketExpectation;
  let ledger: LedgerExpectation;
  let topics: Published;
  let history: Published;
  let recoveries: readonly Recovery[] = [];
  let failed = false;
  const counters = createCounters();
  /** A clock that runs ahead by a day: both must be quarantined. */
  const tomorrow: BrokerItem[] = ['f1', 'f2'].map((id) => ({
    id,
    investor: 'demo-01',
    account: 'demo-01-main',
    kind: 'DEPOSIT',
    net_cash: '1000000',
    currency: 'USD',
    event_time: formatIsoUs((Date.now() + 86_400_000) * 1000),
  }));

  before(async () => {
    try {
      world = await openWorld({ seed: SEED, tradesPerSecond: TRADES_PER_SECOND, historyDays: 10 });
      stack = await openStack({
        addresses: addressesFrom(process.env),
        services: SERVICES,
        env: () => ({
          'connect-market': {
            COINBASE_WS_URL: world.venue.wsUrl,
            COINBASE_REST_URL: world.venue.restUrl,
          },
        }),
      });
      await stack.start(SERVICES);
      pollution = await startPollution(stack, SEED);
      tape = await followTopics(stack, TAPED, (record) => {
        pollution.take(record);
      });
      audience = await openAudience(stack);
      await until('live connections', () => {
        const waiting = audience.clients.filter((one) => one.state.get().name !== 'live').length;
        return waiting === 0 || `${waiting} are not live`;
      });
      const first = new Map(Object.entries(world.firstTradeIds()));
      await until('the connector to follow every product', () => cursorProgress(stack, first));

      const kills = WITHOUT_KILLS ? [] : planKills(SEED, KILLED, WORLD_MS * 0.15, WORLD_MS * 0.75);
      const running = runKills(stack, kills, { world, audience, counters });
      await world.run({
        forMs: WORLD_MS,
        ingestUrl: stack.service('connect-brokerage').url,
        ingestSecret: stack.secrets.ingestSecret,
        extraItems: tomorrow,
        signal: stack.signal,
      });
      recoveries = await running;
      await connectorsAreDone(stack, world);
      await until('the tape', async () => (await tape.behind()) ?? true, { signal: stack.signal });
      await pollution.finish();
      await quiesce(stack, tape);
      await recompute();
    } catch (thrown) {
      failed = true;
      throw thrown;
    }
  });
  afterEach(function () {
    if (this.currentTest?.state === 'failed') failed = true;
  });
  after(async () => {
    audience?.close();
    await tape?.stop();
    await stack?.close({ keepLogs: failed });
    await world?.stop();
  });

  async function recompute(): Promise<void> {
    const trades = createRecordCodec(stack.registry, 'market.trade.v1');
    const transactions = createRecordCodec(stack.registry, 'brokerage.transaction.v1');
    const good = (record: TapeRecord): boolean =>
      record.headers['planted']?.[0]?.toString() !== 'poison';
    const tradeRecords = tape.records('market.trade.v1').filter(good);
    const transactionRecords = tape.records('brokerage.transaction.v1').filter(good);
    await trades.prepare(tradeRecords.map(({ value }) => value));
    await transactions.prepare(transactionRecords.map(({ value }) => value));
    market = expectMarket(
      tradeRecords,
      trades.decode,
      world.ledger,
      pollution.planted,
      world.newestServed(),
    );
    ledger = expectLedger(
      transactionRecords,
      transactions.decode,
      { ledger: world.ledger, extraItems: tomorrow },
      stack.secrets.investorHmacKey,
      market.marks,
    );
    topics = await publishedInTopics(stack, tape);
    history = await publishedInHistory(stack);
    analyst = await openCaller(stack, 'analyst');
    for (const name of SERVICES) counters.add(await scrape(stack.service(name).url));
  }

  const none = (found: Differences): void => {
    expect(found.length, found.slice(0, 20).join('\n')).to.equal(0);
  };

  it('loses no event that the venue served or the broker got accepted (O1)', () => {
    none([...market.lost, ...ledger.lost]);
  });

  it('publishes nothing that the world did not do', () => {
    none([...market.altered, ...ledger.altered]);
  });

  it('counts every record once, in every partition of every task (O3, I13)', async () => {
    const accounts = await readAccounts(stack);
    none(accounts.broken);
    const planted = pollution.planted.poison.length;
    let dead = 0;
    for (const [topic, { counts }] of [
      ['market.trade.v1', market],
      ['brokerage.transaction.v1', ledger],
    ] as const) {
      for (const [partition, verdicts] of accounts.verdicts(topic)) {
        const { applied = 0, deduped = 0, late = 0 } = counts.get(partition) ?? {};
        dead += verdicts.dead;
        expect({ ...verdicts, dead: 0 }, `${topic}/${partition}`).to.deep.equal({
          applied,
          deduped,
          late,
          dead: 0,
        });
      }
    }
    expect(dead).to.equal(planted);
  });

  it('gives every poison record to the dead letters once, with its reason and its bytes', async () => {
    expect(pollution.planted.poison.length).to.be.greaterThan(10);
    none(await differencesInDeadLetters(stack, tape, pollution.planted.poison));
  });

  it('gives every unusable frame to the dead letters and every hole a gap record', async () => {
    none(await differencesInConnector(stack, tape, world, recoveries));
  });

  it('names every late event and every window that it missed', async () => {
    expect(market.late.length).to.be.greaterThan(10);
    none(await differencesInLate(stack, tape, market.late, ledger.quarantined));
  });

  it('has the values of the recomputation in Postgres, to the last digit (O2)', () => {
    none(differencesFromOracle(history.newest, market.bars, ledger.investors));
  });

  it('has the same newest values in the feature topics as in Postgres (O4)', () => {
    none(differencesOfPlaces('topic', topics.newest, history.newest));
  });

  it('raises versions by one, without holes or conflicts (O5)', () => {
    none([...topics.gaps, ...history.gaps, ...topics.conflicts, ...history.conflicts]);
  });

  it('has the same newest values in Redis (O4)', async () => {
    none(await differencesInRedis(stack, history.newest));
  });

  it('answers the same over REST (O4)', async () => {
    none(await differencesInApi(analyst, audience, history.newest));
  });

  it('left the same with every connected client (O4)', async () => {
    let found: Differences = [];
    await until(
      'the clients',
      () => {
        found = differencesInClients(audience, history.newest, market.prices);
        return found.length === 0 || `${found.length} differences, first ${found[0]}`;
      },
      { stalledMs: 10_000 },
    ).catch((thrown: unknown) => {
      if (found.length === 0) throw thrown;
    });
    none(found);
  });

  it('reports what it saw', () => {
    const caughtUp = recoveries.map(({ caughtUpMs }) => caughtUpMs).sort((a, b) => a - b);
    const sum = (pick: 'applied' | 'late' | 'deduped'): number =>
      [...market.counts.values(), ...ledger.counts.values()].reduce(
        (total, one) => total + one[pick],
        0,
      );
    const report = {
      seed: SEED,
      planted: world.ledger.counts(),
      acked: sum('applied') + sum('late'),
      lost: market.lost.length + ledger.lost.length,
      doubleCounted: 0,
      duplicates: sum('deduped'),
      late: sum('late'),
      dead: pollution.planted.poison.length,
      repeatsOnTopics: topics.repeats,
      casRejections: counters.of('cas_rejected_total'),
      versionConflicts: topics.conflicts.length + history.conflicts.length,
      kills: recoveries,
      recoveryMs: { p50: caughtUp[Math.floor(caughtUp.length / 2)], max: caughtUp.at(-1) },
      verdicts: Object.fromEntries(audience.verdicts),
    };
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    expect(report).to.include({ lost: 0, versionConflicts: 0 });
  });
});
