import { createRng, type RngState } from '../rng.ts';
import type { DayCandle, DayCandles } from './day-candles.ts';
import type { WorldInstrument } from './instruments.ts';
import { firstState, type InvestorState, type WorldInvestor } from './investors.ts';
import type { PriceState } from './price-process.ts';

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

export interface ProductState {
  readonly price: PriceState;
  /** Slow average of the log price: what "the trend" is measured against. */
  slowLogPrice: number;
  lastTradeId: number;
}

/** The same while it is played. */
export type WorldState = { -readonly [K in keyof WorldSnapshot]: WorldSnapshot[K] } & {
  products: ProductState[];
  investors: InvestorState[];
  days: DayCandles[];
};

/** A copy: a snapshot stays what it was. */
export function resumed(snapshot: WorldSnapshot): WorldState {
  return structuredClone({
    ...snapshot,
    days: snapshot.products.map((_, index) => [...(snapshot.days?.[index] ?? [])]),
    products: [...snapshot.products],
    investors: [...snapshot.investors],
  });
}

export function genesis(options: WorldOptions): WorldState {
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
