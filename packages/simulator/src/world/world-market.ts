import type { Rng } from '../rng.ts';
import { at } from '../at.ts';
import { noteDay, type DayCandle, type DayCandles } from './day-candles.ts';
import type { WorldTrade } from './events.ts';
import type { WorldInstrument } from './instruments.ts';
import type { MarketView } from './investors.ts';
import { priceTicks, regimes, scaledText, stepPrice } from './price-process.ts';
import { sizeUnits, unitsOf } from './trade-sizes.ts';
import type { ProductState, WorldState } from './world-state.ts';

/** Prices and trades of every product. It moves the state that it was given; the state and `rng` are all it knows. */
export interface WorldMarket {
  /** What investors see. */
  readonly view: MarketView;
  /** The trade that is due at `nextTradeUs`; sets when the next one is. */
  trade(): WorldTrade;
  /** As long as history lasts: prices stand over [fromUs, toUs), then move. */
  pass(fromUs: number, toUs: number): void;
  /** The price of every product stands over [fromUs, toUs), while as much is traded as on the venue in that time. */
  stand(fromUs: number, toUs: number): void;
  days(product: string): readonly DayCandle[];
  lastTradeIds(): Readonly<Record<string, number>>;
}

const SHOCK_US = 1e6;
/** Memory of the trend an investor sees. */
const TREND_SECONDS = 120;

export function createWorldMarket(
  instruments: readonly WorldInstrument[],
  s: WorldState,
  rng: Rng,
): WorldMarket {
  const cumulative = cumulativeActivity(instruments);
  const byProduct = new Map(instruments.map((one, index) => [one.product, index]));
  const indexOf = (product: string): number => byProduct.get(product) ?? 0;
  const daysOf = (index: number): DayCandles => at(s.days, index);

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

  function standOf(index: number, fromUs: number, toUs: number): void {
    const instrument = at(instruments, index);
    const ticks = priceTicks(at(s.products, index).price, instrument);
    const share = instrument.activity / instruments.reduce((sum, one) => sum + one.activity, 0);
    const value = instrument.typicalNotional * share * s.ratePerSecond * ((toUs - fromUs) / 1e6);
    noteDay(daysOf(index), fromUs, ticks, unitsOf(instrument, ticks, value));
    // It may stand over a midnight.
    noteDay(daysOf(index), toUs - 1, ticks, 0);
  }

  const view: MarketView = {
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

  return {
    view,
    trade,
    pass(fromUs, toUs) {
      for (let index = 0; index < instruments.length; index += 1) {
        standOf(index, fromUs, toUs);
        advance(index, toUs);
      }
    },
    stand(fromUs, toUs) {
      for (let index = 0; index < instruments.length; index += 1) standOf(index, fromUs, toUs);
    },
    days: (product) => daysOf(indexOf(product)),
    lastTradeIds: () =>
      Object.fromEntries(
        instruments.map((one, index) => [one.product, at(s.products, index).lastTradeId]),
      ),
  };
}

function turnRegime(s: WorldState, timeUs: number, rng: Rng): void {
  s.regime = rng.int(regimes.length);
  s.regimeUntilUs = timeUs + Math.ceil(rng.exponential(at(regimes, s.regime).meanSeconds * 1e6));
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
