import { expect } from 'chai';
import {
  recordMaps,
  type InvestorBehaviour,
  type SymbolMarket,
  type Trade,
} from '@groundswell/schemas';
import { until } from '../harness.ts';
import { createLiveLane } from './live-lane.ts';

const ONE = 10n ** 18n;
const INSTRUMENT = 'crypto:BTC-USD';
const ENTITY = `${INSTRUMENT}@coinbase`;
const PRICE = `price:${INSTRUMENT}`;
const MARKET = `market:${INSTRUMENT}:1m`;
const MINUTE_US = 60_000_000;
const nowUs = (): number => Date.now() * 1000;

describe('serve-live on the real log and stores', function () {
  this.timeout(90_000);
  const live = createLiveLane();
  const { append, connect, client, issuer, running, shown, start } = live;
  before(() => live.open());
  after(() => live.close());
  afterEach(() => live.reset());

  async function store(bar: SymbolMarket): Promise<void> {
    const row = {
      entity: bar.entity,
      feature_set: bar.featureSet,
      window_size_ms: bar.windowSizeMs,
      window_start_us: bar.windowStartUs,
      window_end_us: bar.windowEndUs,
      lineage: bar.lineage,
      revision: bar.revision,
      status: bar.status,
      n: bar.n,
      late_count: bar.lateCount,
      watermark_us: bar.watermarkUs,
      known_at_us: bar.knownAtUs,
      cause: bar.cause,
      record: JSON.stringify(recordMaps.SymbolMarket.toJson(bar)),
    };
    await live.store('feature_history', row);
  }

  it('shows the trade before the start, then each newer one, and passes what must not move a price', async () => {
    const began = nowUs();
    await append('market.trade.v1', ENTITY, [aTrade(began - 2e6, 100n), aTrade(began - 1e6, 101n)]);
    await start();
    connect('viewer').subscribe(PRICE, {});
    await until(() => shown(PRICE, ENTITY)?.['price'] === '101', 20_000);
    await append('market.trade.v1', ENTITY, [
      Uint8Array.of(0, 0, 0, 0, 1, 2), // no record
      aTrade(began - 1_500_000, 90n), // late
      aTrade(nowUs() + 3.6e9, 91n), // future-dated
      { ...aTrade(nowUs(), 92n), priceOk: false },
      { ...aTrade(nowUs(), 93n), op: 'CANCEL', refEventId: 'x' },
    ]);
    await append('market.trade.v1', ENTITY, [aTrade(nowUs(), 102n)]);
    await until(() => shown(PRICE, ENTITY)?.['price'] !== '101', 20_000);
    expect(shown(PRICE, ENTITY)).to.deep.include({ price: '102', feed: 'coinbase', size: '0.5' });
    const metrics = await (await fetch(`${running().url}/metrics`)).text();
    expect(metrics).to.match(/live_undecodable_total\{.*trade.*\} 1/);
  });

  it('gives the stored bars as snapshot and takes newer versions only, over a kill -9 of the gateway', async () => {
    const startUs = Math.floor(nowUs() / MINUTE_US) * MINUTE_US - 10 * MINUTE_US;
    for (let i = 0; i < 3; i += 1) await store(aBar(startUs + i * MINUTE_US, 1, 100n + BigInt(i)));
    await store(aBar(startUs + 2 * MINUTE_US, 2, 150n));
    await start();
    const keyOf = (i: number): string =>
      `market.bar|${ENTITY}|60000|${String(startUs + i * MINUTE_US)}`;
    connect('viewer').subscribe(MARKET, {});
    await until(() => client().store.values(MARKET).size === 3, 20_000);
    expect(shown(MARKET, keyOf(2))).to.deep.include({ close: '150', revision: 2, status: 'FINAL' });

    await append('feature.symbol.market.v1', ENTITY, [
      aBar(startUs + 2 * MINUTE_US, 1, 1n), // a zombie relay's old version
      aBar(startUs + 3 * MINUTE_US, 1, 160n),
      aBar(startUs + MINUTE_US, 2, 170n), // a correction of an older window
    ]);
    await until(() => shown(MARKET, keyOf(1))?.['revision'] === 2, 20_000);
    expect(shown(MARKET, keyOf(2))).to.deep.include({ close: '150', revision: 2 });
    expect(shown(MARKET, keyOf(3))).to.deep.include({ close: '160' });

    const { port } = new URL(running().url);
    await running().kill('SIGKILL');
    await until(() => client().state.get().name !== 'live');
    await store(aBar(startUs + 3 * MINUTE_US, 1, 160n));
    await store(aBar(startUs + MINUTE_US, 2, 170n));
    await store(aBar(startUs + 3 * MINUTE_US, 2, 180n)); // while no gateway was there
    await start(port);
    await until(() => shown(MARKET, keyOf(3))?.['close'] === '180', 30_000);
    await until(() => client().state.get().name === 'live');
    expect(shown(MARKET, keyOf(1))).to.deep.include({ close: '170', revision: 2 });
  });

  it('gives an investor the own ledger, stored and live, and nobody else (S23, S24)', async () => {
    await start();
    const mine = (await issuer().issue('investor', 'demo-07')).investor_key ?? '';
    const channel = `investor:${mine}`;
    const verdicts: string[] = [];
    connect('investor', 'demo-08').subscribe(channel, {
      onVerdict: (answer) =>
        verdicts.push('error' in answer ? String(answer.error.status) : 'open'),
    });
    await until(() => verdicts.length > 0);
    expect(verdicts).to.deep.equal(['403']);
    client().close();
    expect(running().output()).to.contain('private channel asked for').and.not.to.contain('demo-0');

    connect('investor', 'demo-07').subscribe(channel, {});
    await until(() => client().state.get().name === 'live');
    await append('feature.investor.behaviour.v1', mine, [aLedger(mine, 1, 5n)]);
    await until(() => shown(channel, `investor.behaviour|${mine}`) !== undefined, 20_000);
    expect(shown(channel, `investor.behaviour|${mine}`)).to.deep.include({ realised_pnl: '5' });
  });

  it('brings a symbol to its last tick among 2,000 other trades, and measures the way (bench/ has the times)', async () => {
    await start();
    const offsets: number[] = [];
    connect('viewer').subscribe('price:crypto:ETH-USD', {
      onItem: ({ ver }) => offsets.push(typeof ver === 'number' ? NaN : ver.offset),
    });
    await until(() => client().state.get().name === 'live');
    for (let round = 0; round < 50; round += 1) {
      const other = `crypto:S${String(round % 40)}-USD`;
      const noise = Array.from({ length: 40 }, () => aTrade(nowUs(), 1n, other));
      await append('market.trade.v1', `${other}@coinbase`, noise);
      const tick = aTrade(nowUs(), BigInt(round + 1), 'crypto:ETH-USD');
      await append('market.trade.v1', 'crypto:ETH-USD@coinbase', [tick]);
    }
    const ethPrice = (): unknown =>
      shown('price:crypto:ETH-USD', 'crypto:ETH-USD@coinbase')?.['price'];
    await until(() => ethPrice() === '50', 20_000);
    expect(offsets).to.deep.equal(offsets.toSorted((a, b) => a - b));
    const metrics = await (await fetch(`${running().url}/metrics`)).text();
    expect(metrics).to.match(/live_tick_to_socket_seconds_count\{.*\} [1-9]/);
  });
});

let events = 0;

const envelope = (eventTimeUs: number) =>
  ({
    eventId: `e${String((events += 1))}`,
    op: 'CREATE',
    refEventId: null,
    source: 'coinbase',
    feed: 'coinbase',
    eventTimeUs,
    ingestTimeUs: nowUs(),
    sequence: null,
    eventTimeNanosRem: null,
  }) as const;

function aTrade(eventTimeUs: number, price: bigint, instrumentId = INSTRUMENT): Trade {
  return {
    ...envelope(eventTimeUs),
    venue: 'coinbase',
    assetClass: 'CRYPTO',
    instrumentId,
    nativeSymbol: 'BTC-USD',
    priceE18: price * ONE,
    sizeE18: ONE / 2n,
    aggressor: 'BUY',
    sourceTimeUs: null,
    nativeTradeId: null,
    conditions: [],
    priceOk: true,
    volOk: true,
    conditionTable: null,
    delayedSeconds: 0,
    licence: 'test',
  };
}

const derived = (windowStartUs: number, sizeUs: number, revision: number) => ({
  ...envelope(windowStartUs),
  windowSizeMs: sizeUs / 1000,
  windowStartUs,
  windowEndUs: windowStartUs + sizeUs,
  lineage: 1,
  revision,
  status: 'FINAL' as const,
  n: 1,
  lateCount: 0,
  watermarkUs: windowStartUs + sizeUs,
  knownAtUs: nowUs(),
  cause: 'UPDATE' as const,
  counts: { coinbase: 1 },
  positions: [],
});

function aBar(windowStartUs: number, revision: number, close: bigint): SymbolMarket {
  return {
    ...derived(windowStartUs, MINUTE_US, revision),
    featureSet: 'market.bar',
    entity: ENTITY,
    instrumentId: INSTRUMENT,
    openE18: ONE,
    highE18: close * ONE,
    lowE18: ONE,
    closeE18: close * ONE,
    volumeE18: ONE,
    tradeCount: 1,
    vwapE18: ONE,
    realisedVolatility: null,
    returnCount: null,
    conditionTable: null,
  };
}

function aLedger(investorKey: string, revision: number, realised: bigint): InvestorBehaviour {
  const money = {
    realisedPnlE18: realised * ONE,
    unrealisedPnlE18: 0n,
    cashE18: 0n,
    feesE18: 0n,
    incomeE18: 0n,
    netDepositsE18: 0n,
    tradedValueE18: 0n,
    marketValueE18: 0n,
    equityE18: 0n,
    conservationDifferenceE18: 0n,
  };
  const none = {
    holdings: [],
    realisedByInstrument: [],
    unpriced: [],
    quarantined: [],
    unmatched: [],
    rejectedCount: 0,
    unsupportedCount: 0,
    orphanCount: 0,
    conflictCount: 0,
    winners: 0,
    losers: 0,
    winnerDays: null,
    loserDays: null,
    holdingTimeRatio: null,
    holdingTimeRatioWeighted: null,
    holdingCount: 0,
    hhi: null,
    effectiveN: null,
    hhiNormalised: null,
    maxWeight: null,
    top3Weight: null,
    throughDay: null,
    disposition: [],
    turnover: [],
    turnoverMonth: null,
    turnoverGrossBook: null,
    openLosers: 0,
    openLoserDays: null,
  };
  return {
    ...derived(0, 0, revision),
    featureSet: 'investor.behaviour',
    entity: investorKey,
    investorKey,
    currency: 'USD',
    ...money,
    ...none,
  };
}
