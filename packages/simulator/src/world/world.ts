import { createRng } from '../rng.ts';
import { at } from '../at.ts';
import type { DayCandle } from './day-candles.ts';
import type { WorldEvent, WorldTransaction } from './events.ts';
import { decide, type InvestorState } from './investors.ts';
import { createWorldMarket } from './world-market.ts';
import { genesis, resumed, type WorldOptions, type WorldSnapshot } from './world-state.ts';

export type { WorldOptions, WorldSnapshot } from './world-state.ts';

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

export function createWorld(options: WorldOptions, resume?: WorldSnapshot): World {
  const { instruments, investors } = options;
  const s = resume === undefined ? genesis(options) : resumed(resume);
  const rng = createRng(s.rng);
  const market = createWorldMarket(instruments, s, rng);
  let nextInvestor = earliest(s.investors);

  /** Bookings of one moment wait here, so that `next` returns one event. */
  const waiting: WorldTransaction[] = [];
  function act(live: boolean): WorldTransaction[] {
    const state = at(s.investors, nextInvestor);
    const timeUs = state.nextAtUs;
    const items = decide(at(investors, nextInvestor), state, market.view, live, rng);
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
          return market.trade();
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
        market.pass(fromUs, stepUs);
      }
      market.stand(untilUs, untilUs + 1);
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
    lastTradeIds: () => market.lastTradeIds(),
    days: (product) => market.days(product),
    setRate(ratePerSecond) {
      s.ratePerSecond = ratePerSecond;
    },
    snapshot: () => structuredClone({ ...s, rng: rng.state() }),
  };
}

function earliest(states: readonly InvestorState[]): number {
  let best = 0;
  for (let index = 1; index < states.length; index += 1) {
    if (at(states, index).nextAtUs < at(states, best).nextAtUs) best = index;
  }
  return best;
}
