import { parseE18 } from '@groundswell/domain';
import {
  createWorld,
  startFakeCoinbase,
  venueCandle,
  worldInstruments,
  worldInvestors,
  type FakeCoinbase,
  type VenueCandle,
  type World,
} from '@groundswell/simulator';
import { expect } from 'chai';

const DAY_US = 86_400e6;
/** Half past two in the morning: steps of the history stand over midnights. */
const START_US = Date.parse('2026-06-01T02:30:00Z') * 1000;
const options = {
  seed: 11,
  startUs: START_US,
  ratePerSecond: 200,
  instruments: worldInstruments,
  investors: worldInvestors,
};

describe('days of the world', () => {
  const productOf = (name: string) =>
    worldInstruments.find(({ product }) => product === name) ?? expect.fail(name);

  it('hold every price that an investor paid in the history, and every day of it', () => {
    const world = createWorld(options);
    const bookings = world.history(START_US + 40 * DAY_US);
    let executions = 0;
    for (const { timeUs, item } of bookings) {
      if (item.price === undefined) continue;
      executions += 1;
      const { product, tickDecimals } = productOf(item.symbol ?? '');
      const ticks = parseE18(item.price) / 10n ** BigInt(18 - tickDecimals);
      const day = Math.floor(timeUs / DAY_US);
      const candle = world.days(product).find((one) => one.day === day) ?? expect.fail(`${day}`);
      expect(candle.low, item.id).to.be.at.most(Number(ticks));
      expect(candle.high, item.id).to.be.at.least(Number(ticks));
    }
    expect(executions).to.be.greaterThan(300);
    const first = Math.floor(START_US / DAY_US);
    for (const { product } of worldInstruments)
      expect(world.days(product).map(({ day }) => day - first)).to.deep.equal([
        ...Array(41).keys(),
      ]);
  });

  it('follow the trades of the venue after it', () => {
    const world = createWorld(options);
    for (let count = 0; count < 5_000; count += 1) {
      const event = world.next();
      if (event.type !== 'trade') continue;
      const { tickDecimals } = productOf(event.product);
      const today = world.days(event.product).at(-1);
      const price = Number(event.price);
      expect(today?.close).to.be.closeTo(price * 10 ** tickDecimals, 1e-6 * price);
      expect(today?.low).to.be.at.most(today?.close ?? 0);
      expect(today?.high).to.be.at.least(today?.close ?? 0);
    }
  });

  it('are part of the memory of a world', () => {
    const world = createWorld(options);
    world.history(START_US + 3 * DAY_US);
    const memory = JSON.parse(JSON.stringify(world.snapshot())) as ReturnType<World['snapshot']>;
    const resumed = createWorld(options, memory);
    for (let count = 0; count < 500; count += 1) expect(resumed.next()).to.deep.equal(world.next());
    for (const { product } of worldInstruments)
      expect(resumed.days(product)).to.deep.equal(world.days(product));
  });
});

describe('candles of the fake venue', () => {
  const day = Date.parse('2026-06-01') / 1000;
  const candles: VenueCandle[] = Array.from({ length: 400 }, (_, index) => [
    day + index * 86_400,
    9.5,
    11,
    10,
    10.5,
    1234.5,
  ]);
  let venue: FakeCoinbase;
  let known: readonly VenueCandle[] | null = candles;
  before(async () => {
    venue = await startFakeCoinbase({
      products: ['BTC-USD'],
      port: 0,
      nowUs: () => 1,
      candles: () => known,
    });
  });
  after(() => venue.stop());

  const ask = async (query: string) => {
    const response = await fetch(`${venue.restUrl}/products/BTC-USD/candles?${query}`);
    return { status: response.status, body: (await response.json()) as VenueCandle[] };
  };

  it('come newest first between two ends, both inclusive', async () => {
    const { body } = await ask('granularity=86400&start=2026-06-02T00:00:00Z&end=2026-06-04');
    expect(body.map(([time]) => (time - day) / 86_400)).to.deep.equal([3, 2, 1]);
    expect(body[0]).to.deep.equal([day + 3 * 86_400, 9.5, 11, 10, 10.5, 1234.5]);
  });

  it('are the newest 300 without a range, and no more than 300 with one', async () => {
    const { body } = await ask('granularity=86400');
    expect(body.length).to.equal(300);
    expect(body[0]?.[0]).to.equal(day + 399 * 86_400);
    const end = day + 300 * 86_400;
    expect((await ask(`granularity=86400&start=${day}&end=${end}`)).status).to.equal(400);
    expect((await ask(`granularity=86400&start=${day}&end=${end - 1}`)).body.length).to.equal(300);
    expect((await ask('granularity=7')).status).to.equal(400);
  });

  it('are unavailable until the venue knows its past', async () => {
    known = null;
    expect((await ask('granularity=86400')).status).to.equal(503);
    known = candles;
  });

  it('have prices and volumes with the decimals of the product', () => {
    const btc = worldInstruments.find(({ product }) => product === 'DOGE-USD');
    const row = { day: 3, open: 38_214, low: 38_001, high: 38_300, close: 38_299, units: 70 };
    expect(venueCandle(row, btc ?? expect.fail('DOGE'))).to.deep.equal([
      259_200, 0.38001, 0.383, 0.38214, 0.38299, 70,
    ]);
  });
});
