import { createMemoryCursorStore, createMemorySink } from '@groundswell/connector';
import { createMetrics } from '@groundswell/runtime';
import { formatE18 } from '@groundswell/domain';
import type { DeadLetter, Mark } from '@groundswell/schemas';
import { startFakeCoinbase, type FakeCoinbase, type VenueCandle } from '@groundswell/simulator';
import { expect } from 'chai';
import { createDayMetrics } from '../../src/metrics.ts';
import { followDays, type DayFollower } from '../../src/days/follow-days.ts';
import { dayLimits } from '../../src/days/limits.ts';
import { createCandleSource } from '../../src/sources/coinbase/candles.ts';
import { coinbase } from '../../src/sources/coinbase/parse.ts';
import { aliases, silentLog, until } from '../support.ts';

const DAY_MS = 86_400_000;
const NOON_MS = Date.parse('2026-06-10T12:00:00Z');
const products = ['BTC-USD', 'ETH-USD'];

describe('past days of a venue', () => {
  let venue: FakeCoinbase;
  let candles: VenueCandle[];
  let nowMs: number;
  let sink: ReturnType<typeof createMemorySink>;
  let gate: () => Promise<void>;
  let cursors: ReturnType<typeof createMemoryCursorStore>;
  let follower: DayFollower | null;
  let fatal: unknown[];

  const candle = (day: number, low = 9, high = 12, close = 11): VenueCandle => [
    day * 86_400,
    low,
    high,
    10,
    close,
    5,
  ];
  const dayAt = (ms: number): number => Math.floor(ms / DAY_MS);
  const marks = (): Mark[] =>
    sink.records.filter(({ topic }) => topic === 'market.mark.v1').map((one) => one.record as Mark);
  const daysOf = (product: string): string[] =>
    marks()
      .filter(
        ({ eventId }) => eventId.startsWith(`cb:${product}:day:`) && eventId.endsWith('close'),
      )
      .map(({ eventId }) => eventId.split(':')[3] ?? '');

  async function start(pastDays = 5, primaryFeed = 'coinbase'): Promise<void> {
    follower = await followDays({
      name: coinbase,
      cursorName: 'world-days',
      products,
      source: {
        ...createCandleSource({ restUrl: venue.restUrl, nowMs: () => nowMs }),
        pauseMs: 1,
      },
      pastDays,
      limits: {
        ...dayLimits,
        askAgainMs: 20,
        backoff: { ...dayLimits.backoff, netBaseMs: 10, netMaxMs: 10, limitBaseMs: 50 },
      },
      instruments: () =>
        Promise.resolve(
          new Map(products.map((one) => [`crypto:${one}`, { currency: 'USD', primaryFeed }])),
        ),
      aliases: () => aliases,
      sink,
      cursors,
      clock: { nowMs: () => nowMs, nowUs: () => nowMs * 1000 },
      random: () => 0.5,
      log: silentLog,
      metrics: createDayMetrics(createMetrics('test')),
      service: 'connect-market',
      codeVersion: 'test',
      onFatal: (error) => fatal.push(error),
    });
  }
  async function restart(): Promise<void> {
    await follower?.stop(100);
    await start();
  }

  beforeEach(async () => {
    nowMs = NOON_MS;
    candles = Array.from({ length: 30 }, (_, index) => candle(dayAt(NOON_MS) - 29 + index));
    gate = () => Promise.resolve();
    sink = createMemorySink(() => gate());
    cursors = createMemoryCursorStore();
    fatal = [];
    follower = null;
    venue = await startFakeCoinbase({ products, port: 0, nowUs: () => 1, candles: () => candles });
  });
  afterEach(async () => {
    await follower?.stop(100);
    await venue.stop();
    expect(fatal).to.deep.equal([]);
  });

  it('come once, oldest first, low, high and close of each before its last minute', async () => {
    await start();
    await until('both products', () => marks().length === 30);
    expect(daysOf('BTC-USD')).to.deep.equal([
      '2026-06-05',
      '2026-06-06',
      '2026-06-07',
      '2026-06-08',
      '2026-06-09',
    ]);
    const [low, high, close] = marks();
    expect([low, high, close].map((mark) => formatE18(mark?.priceE18 ?? 0n))).to.deep.equal([
      '9',
      '12',
      '11',
    ]);
    expect(close).to.include({
      eventId: 'cb:BTC-USD:day:2026-06-05:close',
      instrumentId: 'crypto:BTC-USD',
      source: 'coinbase',
      feed: 'coinbase',
      currency: 'USD',
      eventTimeUs: Date.parse('2026-06-06') * 1000 - 1_001,
      revision: 1,
    });
    expect(sink.records[0]?.key).to.equal('crypto:BTC-USD@coinbase');
    await restart();
    await until('a look at what is known', () => follower !== null);
    expect(venue.faults.candleRequests).to.equal(2);
  });

  it('are repaired after an absence, and the running day is never among them', async () => {
    await start();
    await until('both products', () => marks().length === 30);
    nowMs += 4 * DAY_MS;
    for (let day = dayAt(NOON_MS) + 1; day <= dayAt(nowMs); day += 1) candles.push(candle(day));
    await restart();
    await until('the missed days', () => marks().length === 30 + 4 * 6);
    expect(daysOf('ETH-USD').slice(-4)).to.deep.equal([
      '2026-06-10',
      '2026-06-11',
      '2026-06-12',
      '2026-06-13',
    ]);
  });

  it('are asked for again until the venue has added up yesterday', async () => {
    nowMs = Date.parse('2026-06-10T00:03:00Z');
    candles = candles.filter(([time]) => time < Date.parse('2026-06-09') / 1000);
    await start();
    await until('the days before', () => marks().length === 24);
    candles.push(candle(dayAt(Date.parse('2026-06-09'))));
    await until('yesterday', () => marks().length === 30);
    expect(daysOf('BTC-USD').at(-1)).to.equal('2026-06-09');
  });

  it('leave the cursor where it is until the broker took them', async () => {
    gate = () => new Promise(() => undefined);
    await start();
    await until('a request', () => venue.faults.candleRequests > 0);
    await follower?.stop(20);
    expect(cursors.positions('world-days')).to.deep.equal({});
    gate = () => Promise.resolve();
    await start();
    await until('both products', () => marks().length === 30);
  });

  it('wait as long as the venue asks, and end where it refuses for good', async () => {
    venue.faults.restStatus = { status: 429, retryAfterSeconds: 1 };
    await start();
    await until('a refusal', () => venue.faults.candleRequests + venue.faults.restRequests > 0);
    const before = venue.faults.restRequests;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(venue.faults.restRequests).to.equal(before);
    venue.faults.restStatus = null;
    await until('both products', () => marks().length === 30);
    await follower?.stop(100);
    cursors = createMemoryCursorStore();
    venue.faults.restStatus = { status: 403, retryAfterSeconds: null };
    await start();
    await until('a refusal', () => follower?.readiness().ok === false);
    const asked = venue.faults.restRequests;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(venue.faults.restRequests).to.equal(asked);
  });

  it('that are none become dead letters, the others go on', async () => {
    const bad = dayAt(NOON_MS) - 2;
    candles = candles.map((one) => (one[0] === bad * 86_400 ? candle(bad, 13, 12) : one));
    await start();
    await until('both products', () => marks().length === 24);
    const letters = sink.records.filter(({ topic }) => topic === 'control.dead-letter.v1');
    expect(letters.map(({ record }) => (record as DeadLetter).reason)).to.include('bad_day_range');
    expect(daysOf('BTC-USD')).not.to.include('2026-06-08');
  });

  it('are nothing for a feed that does not mark the instrument', async () => {
    await start(5, 'kraken');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(venue.faults.candleRequests).to.equal(0);
  });
});
