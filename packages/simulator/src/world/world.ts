import { createRng, type Rng, type RngState } from '../rng.ts';
import { noteDay, type DayCandle, type DayCandles } from './day-candles.ts';
import type { WorldEvent, WorldTrade, WorldTransaction } from './events.ts';
import type { WorldInstrument } from './instruments.ts';
import {
  decide,
  firstState,
  type InvestorState,
  type MarketView,
  type WorldInvestor,
} from './investors.ts';
import { priceTicks, regimes, scaledText, stepPrice, type PriceState } from './price-process.ts';

export interface WorldOptions {
  readonly seed: number;
  /** First moment of the world, epoch micros. */
  readonly startUs: number;
  /** Mean events per second over all products; transactions come on top (about 0.6 per second for 24 investors). */
  readonly ratePerSecond: number;
  readonly instruments: readonly WorldInstrument[];
  readonly investors: readonly WorldInvestor[];
}

/** Everything a world is, as JSON: a resumed world goes on with exactly the events the first one would have made. */
export interface WorldSnapshot {
  readonly version: 1;
  readonly nowUs: number;
  readonly nextTradeUs: number;
  readonly ratePerSecond: number;
  readonly rng: RngState;
  readonly regime: number;
  readonly regimeUntilUs: number;
  readonly marketShock: number;
  readonly marketShockUntilUs: number;
  readonly products: readonly ProductState[];
  readonly investors: readonly InvestorState[];
  /** By product; absent in the memory of a world that was stored before days were kept. */
  readonly days?: readonly (readonly DayCandle[])[];
}

interface ProductState {
  readonly price: PriceState;
  /** Slow average of the log price: what "the trend" is measured against. */
  slowLogPrice: number;
  lastTradeId: number;
}

export interface World {
  /** Next event; times never go back. Pure: depends on the options and the calls before only. */
  next(): WorldEvent;
  /** Time of the event `next` will return. */
  peekUs(): number;
  /** Let investors act between the world's now and `untilUs` at the slow pace of history, without trades on the venue. */
  history(untilUs: number): WorldTransaction[];
  /** Jump over a time in which nothing happened. */
  skipTo(timeUs: number): void;
  /** Newest trade id per product; ids go on from there. */
  lastTradeIds(): Readonly<Record<string, number>>;
  /** Days of a product, ascending, the running one last: everything that was ever paid for it lies between their lows and highs. */
  days(product: string): readonly DayCandle[];
  setRate(ratePerSecond: number): void;
  snapshot(): WorldSnapshot;
}

const HISTORY_STEP_US = 3600e6;
const SHOCK_US = 1e6;
/** Memory of the trend an investor sees. */
const TREND_SECONDS = 120;

export function createWorld(options: WorldOptions, resume?: WorldSnapshot): World {
  const { instruments, investors } = options;
  const s = resume === undefined ? genesis(options) : structuredClone(mutable(resume));
  const rng = createRng(s.rng);
  const cumulative = cumulativeActivity(instruments);
  const byProduct = new Map(instruments.map((one, index) => [one.product, index]));
  let nextInvestor = earliest(s.investors);

  function advance(index: number, timeUs: number): ProductState {
    const product = at(s.products, index);
    if (timeUs >= s.regimeUntilUs) turnRegime(s, timeUs, rng);
    if (timeUs >= s.marketShockUntilUs) {
      s.marketShock = rng.normal();
      s.marketShockUntilUs = timeUs + SHOCK_US;
    }
    const seconds = (timeUs - product.price.atUs) / 1e6;
    stepPrice(
      product.price,
      at(instruments, index),
      at(regimes, s.regime),
      s.marketShock,
      timeUs,
      rng,
    );
    const keep = Math.exp(-seconds / TREND_SECONDS);
    product.slowLogPrice =
      product.price.logPrice + (product.slowLogPrice - product.price.logPrice) * keep;
    return product;
  }

  function trade(): WorldTrade {
    const timeUs = s.nextTradeUs;
    const index = choose(cumulative, rng.float());
    const instrument = at(instruments, index);
    const product = advance(index, timeUs);
    const wildness = Math.exp(0.7 * product.price.logVol) * at(regimes, s.regime).volFactor;
    // Activity follows volatility: the mean gap shrinks in wild times, and the mean rate stays about the asked one.
    const gapUs = rng.exponential(1e6 / (s.ratePerSecond * Math.min(4, 0.5 + 0.5 * wildness)));
    s.nextTradeUs = timeUs + Math.max(1, Math.round(gapUs));
    product.lastTradeId += 1;
    const ticks = priceTicks(product.price, instrument);
    const units = sizeUnits(instrument, ticks, rng);
    noteDay(daysOf(index), timeUs, ticks, units);
    const lean = Math.tanh((product.price.logPrice - product.slowLogPrice) * 400);
    return {
      type: 'trade',
      product: instrument.product,
      tradeId: product.lastTradeId,
      timeUs,
      price: scaledText(ticks, instrument.tickDecimals),
      size: scaledText(units, instrument.sizeDecimals),
      makerSide: rng.float() < 0.5 + 0.3 * lean ? 'sell' : 'buy',
    };
  }

  const daysOf = (index: number): DayCandles => at(s.days, index);

  /** The price of a product stands over [fromUs, toUs), while as much is traded as on the venue in that time. */
  function stand(index: number, fromUs: number, toUs: number): void {
    const instrument = at(instruments, index);
    const ticks = priceTicks(at(s.products, index).price, instrument);
    const share = instrument.activity / instruments.reduce((sum, one) => sum + one.activity, 0);
    const value = instrument.typicalNotional * share * s.ratePerSecond * ((toUs - fromUs) / 1e6);
    noteDay(daysOf(index), fromUs, ticks, unitsOf(instrument, ticks, value));
    // It may stand over a midnight.
    noteDay(daysOf(index), toUs - 1, ticks, 0);
  }

  const market: MarketView = {
    products: instruments.map((one) => one.product),
    price: (product) => Math.exp(at(s.products, indexOf(product)).price.logPrice),
    priceText(product) {
      const index = indexOf(product);
      const instrument = at(instruments, index);
      return scaledText(
        priceTicks(at(s.products, index).price, instrument),
        instrument.tickDecimals,
      );
    },
    trend(product) {
      const state = at(s.products, indexOf(product));
      return state.price.logPrice - state.slowLogPrice;
    },
    sizeDecimals: (product) => at(instruments, indexOf(product)).sizeDecimals,
  };
  function indexOf(product: string): number {
    return byProduct.get(product) ?? 0;
  }

  /** Bookings of one moment wait here, so that `next` returns one event. */
  const waiting: WorldTransaction[] = [];
  function act(live: boolean): WorldTransaction[] {
    const state = at(s.investors, nextInvestor);
    const timeUs = state.nextAtUs;
    const items = decide(at(investors, nextInvestor), state, market, live, rng);
    nextInvestor = earliest(s.investors);
    return items.map((item) => ({ type: 'transaction', timeUs, item }));
  }
  const investorUs = (): number => s.investors[nextInvestor]?.nextAtUs ?? Infinity;

  return {
    next() {
      for (;;) {
        const ready = waiting.shift();
        if (ready !== undefined) return ready;
        if (s.nextTradeUs <= investorUs()) {
          s.nowUs = s.nextTradeUs;
          return trade();
        }
        s.nowUs = investorUs();
        waiting.push(...act(true));
      }
    },
    peekUs: () => waiting[0]?.timeUs ?? Math.min(s.nextTradeUs, investorUs()),
    history(untilUs) {
      const bookings: WorldTransaction[] = [];
      for (let stepUs = s.nowUs; stepUs < untilUs;) {
        const fromUs = stepUs;
        stepUs = Math.min(untilUs, stepUs + HISTORY_STEP_US);
        while (investorUs() < stepUs) bookings.push(...act(false));
        for (let index = 0; index < instruments.length; index += 1) {
          stand(index, fromUs, stepUs);
          advance(index, stepUs);
        }
      }
      for (let index = 0; index < instruments.length; index += 1)
        stand(index, untilUs, untilUs + 1);
      this.skipTo(untilUs);
      // Nobody waits for days on the first screen: the live pace starts now.
      for (const state of s.investors) {
        state.nextAtUs = untilUs + Math.ceil(rng.exponential(60e6) + 1);
      }
      nextInvestor = earliest(s.investors);
      return bookings;
    },
    skipTo(timeUs) {
      s.nowUs = Math.max(s.nowUs, timeUs);
      s.nextTradeUs = Math.max(s.nextTradeUs, timeUs + 1);
      for (const state of s.investors) state.nextAtUs = Math.max(state.nextAtUs, timeUs + 1);
    },
    lastTradeIds: () =>
      Object.fromEntries(
        instruments.map((one, index) => [one.product, at(s.products, index).lastTradeId]),
      ),
    days: (product) => daysOf(indexOf(product)),
    setRate(ratePerSecond) {
      s.ratePerSecond = ratePerSecond;
    },
    snapshot: () => structuredClone({ ...s, rng: rng.state() }),
  };
}

type Mutable = { -readonly [K in keyof WorldSnapshot]: WorldSnapshot[K] } & {
  products: ProductState[];
  investors: InvestorState[];
  days: DayCandles[];
};

function mutable(snapshot: WorldSnapshot): Mutable {
  return {
    ...snapshot,
    days: snapshot.products.map((_, index) => [...(snapshot.days?.[index] ?? [])]),
    products: [...snapshot.products],
    investors: [...snapshot.investors],
  };
}

function genesis(options: WorldOptions): Mutable {
  const { startUs } = options;
  const rng = createRng(options.seed);
  // Ids start from the clock, a thousand per second of the world: a world that lost its memory goes on above every id it ever used.
  const firstTradeId = Math.max(1, Math.floor(startUs / 1000) - 1_600_000_000_000);
  return {
    version: 1,
    nowUs: startUs,
    nextTradeUs: startUs + 1,
    ratePerSecond: options.ratePerSecond,
    rng: rng.state(),
    regime: 0,
    regimeUntilUs: startUs,
    marketShock: 0,
    marketShockUntilUs: startUs,
    products: options.instruments.map((one) => {
      const logPrice = Math.log(one.startPrice);
      const price = { logPrice, logVol: 0, atUs: startUs };
      return { price, slowLogPrice: logPrice, lastTradeId: firstTradeId };
    }),
    investors: options.investors.map(() => firstState(startUs, rng)),
    days: options.instruments.map(() => []),
  };
}

function turnRegime(s: Mutable, timeUs: number, rng: Rng): void {
  s.regime = rng.int(regimes.length);
  s.regimeUntilUs = timeUs + Math.ceil(rng.exponential(at(regimes, s.regime).meanSeconds * 1e6));
}

/** Log-normal around the typical value, with a heavy tail; in units of the last decimal. */
function sizeUnits(instrument: WorldInstrument, ticks: number, rng: Rng): number {
  const factor = Math.exp(1.1 * rng.normal()) * (rng.float() < 0.01 ? 12 : 1);
  return unitsOf(instrument, ticks, instrument.typicalNotional * factor);
}

/** What a value buys at a price, at least one unit of the last decimal. */
function unitsOf(instrument: WorldInstrument, ticks: number, value: number): number {
  const price = ticks / 10 ** instrument.tickDecimals;
  return Math.max(1, Math.round((value * 10 ** instrument.sizeDecimals) / price));
}

function cumulativeActivity(instruments: readonly WorldInstrument[]): number[] {
  const total = instruments.reduce((sum, one) => sum + one.activity, 0);
  let sum = 0;
  return instruments.map((one) => (sum += one.activity / total));
}

function choose(cumulative: readonly number[], dice: number): number {
  const index = cumulative.findIndex((bound) => dice < bound);
  return index < 0 ? cumulative.length - 1 : index;
}

function earliest(states: readonly InvestorState[]): number {
  let best = 0;
  for (let index = 1; index < states.length; index += 1) {
    if (at(states, index).nextAtUs < at(states, best).nextAtUs) best = index;
  }
  return best;
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item ${index}`);
  return item;
}
