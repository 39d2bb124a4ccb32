import { formatE18, formatIsoUs, parseE18 } from '@groundswell/domain';
import type { Rng } from '../rng.ts';
import type { BrokerItem } from './events.ts';

/** How a person trades. The share pages show what the behaviour engine finds of it. */
export type Habit = 'disposition' | 'herding' | 'over-trader' | 'patient';

export interface WorldInvestor {
  /** Part of the ids of bookings: those go through the platform as they are, so no person's id may be in them. */
  readonly number: number;
  readonly id: string;
  readonly account: string;
  readonly habit: Habit;
}

const HABITS: readonly Habit[] = ['disposition', 'herding', 'over-trader', 'patient'];

/** `demo-01` .. `demo-24`, habits in turn. */
export const worldInvestors: readonly WorldInvestor[] = Array.from({ length: 24 }, (_, index) => {
  const id = `demo-${String(index + 1).padStart(2, '0')}`;
  return {
    number: index + 1,
    id,
    account: `${id}-main`,
    habit: HABITS[index % HABITS.length] ?? 'patient',
  };
});

/** Mean seconds between two decisions: [live, in the backfilled history]. */
const PACE: Readonly<Record<Habit, readonly [number, number]>> = {
  disposition: [60, 30 * 3600],
  herding: [45, 40 * 3600],
  'over-trader': [20, 9 * 3600],
  patient: [400, 60 * 3600],
};

/** A holding as the investor remembers it; average cost drives the habits, never the platform's ledger. */
export interface Holding {
  quantityE18: string;
  averageCost: number;
  sinceUs: number;
}

export interface InvestorState {
  cash: number;
  nextAtUs: number;
  /** Number of bookings so far: part of every id. */
  count: number;
  holdings: Record<string, Holding>;
}

/** What an investor sees of the market. */
export interface MarketView {
  readonly products: readonly string[];
  /** Current price text, exactly tradable. */
  priceText(product: string): string;
  price(product: string): number;
  /** Relative change over roughly the last minutes. */
  trend(product: string): number;
  sizeDecimals(product: string): number;
}

export function firstState(startUs: number, rng: Rng): InvestorState {
  return {
    cash: 0,
    nextAtUs: startUs + Math.ceil(rng.exponential(3600e6) + 1),
    count: 0,
    holdings: {},
  };
}

/** Decide once; bookings of this moment in order. `live` chooses the pace of the next decision. Changes `state`. */
export function decide(
  investor: WorldInvestor,
  state: InvestorState,
  market: MarketView,
  live: boolean,
  rng: Rng,
): BrokerItem[] {
  const timeUs = state.nextAtUs;
  const [livePace, historyPace] = PACE[investor.habit];
  const meanUs = (live ? livePace : historyPace) * 1e6;
  state.nextAtUs = timeUs + Math.ceil(rng.exponential(meanUs) + 1);
  const book = bookkeeper(investor, state, timeUs);

  // The first booking of an account is always money in.
  if (state.count === 0) return [book.cash('DEPOSIT', 25_000 + 5_000 * rng.int(16))];
  const dice = rng.float();
  if (state.cash < 500) return [book.cash('DEPOSIT', 5_000)];
  if (dice < 0.01) return [book.cash('FEE', -1 - rng.int(9))];
  const held = Object.keys(state.holdings);
  if (dice < 0.02 && held.length > 0) {
    return [book.cash('DIVIDEND', 1 + rng.int(40), rng.pick(held))];
  }
  const order = choose(investor.habit, state, market, held, timeUs, rng);
  const item = order === null ? null : book.trade(order, market);
  return item === null ? [] : [item];
}

interface Order {
  readonly side: 'BUY' | 'SELL';
  readonly product: string;
  /** Part of cash (BUY) or of the holding (SELL), 0..1. */
  readonly part: number;
}

function choose(
  habit: Habit,
  state: InvestorState,
  market: MarketView,
  held: readonly string[],
  timeUs: number,
  rng: Rng,
): Order | null {
  const gain = (product: string): number => {
    const cost = state.holdings[product]?.averageCost ?? 0;
    return cost === 0 ? 0 : market.price(product) / cost - 1;
  };
  const buy = (product: string, part: number): Order => ({ side: 'BUY', product, part });
  const sell = (product: string, part: number): Order => ({ side: 'SELL', product, part });
  const best = (products: readonly string[], score: (product: string) => number): string =>
    products.reduce((a, b) => (score(b) > score(a) ? b : a));

  switch (habit) {
    case 'disposition': {
      // Shefrin and Statman 1985: winners are sold early, losers ridden.
      const winner = held.length === 0 ? null : best(held, gain);
      if (winner !== null && gain(winner) > 0.002 && rng.chance(0.7)) return sell(winner, 1);
      const loser = held.length === 0 ? null : best(held, (product) => -gain(product));
      if (loser !== null && gain(loser) < -0.002 && rng.chance(0.08)) return sell(loser, 1);
      return held.length < 6 || rng.chance(0.3) ? buy(rng.pick(market.products), 0.15) : null;
    }
    case 'herding': {
      const hot = best(market.products, (product) => market.trend(product));
      const cold = held.length === 0 ? null : best(held, (product) => -market.trend(product));
      if (cold !== null && market.trend(cold) < 0 && rng.chance(0.5)) return sell(cold, 0.5);
      return buy(hot, 0.12);
    }
    case 'over-trader':
      if (held.length > 0 && rng.chance(0.5))
        return sell(rng.pick(held), rng.chance(0.5) ? 1 : 0.5);
      return buy(rng.pick(market.products), 0.08);
    case 'patient': {
      // Money is needed now and then: any of what was held long goes, at a gain or at a loss alike.
      const old = held.filter(
        (product) => timeUs - (state.holdings[product]?.sinceUs ?? timeUs) > 25 * 86_400e6,
      );
      if (old.length > 0 && rng.chance(0.4)) return sell(rng.pick(old), 0.5);
      return held.length < 8 ? buy(rng.pick(market.products), 0.2) : null;
    }
  }
}

interface Bookkeeper {
  cash(kind: string, amount: number, symbol?: string): BrokerItem;
  trade(order: Order, market: MarketView): BrokerItem | null;
}

function bookkeeper(investor: WorldInvestor, state: InvestorState, timeUs: number): Bookkeeper {
  const base = (kind: string) => {
    state.count += 1;
    // Time is part of the id: a world that lost its memory never repeats an id with another content.
    const id = `w${timeUs.toString(36)}-${investor.number}-${state.count}`;
    const { id: who, account } = investor;
    return { id, investor: who, account, kind, currency: 'USD', event_time: formatIsoUs(timeUs) };
  };
  return {
    cash(kind, amount, symbol) {
      state.cash += amount;
      const item = { ...base(kind), net_cash: String(amount) };
      return symbol === undefined ? item : { ...item, symbol };
    },
    trade(order, market) {
      const { product } = order;
      const holding = state.holdings[product];
      const priceText = market.priceText(product);
      const priceE18 = parseE18(priceText);
      const price = market.price(product);
      const stepE18 = 10n ** BigInt(18 - market.sizeDecimals(product));
      const heldE18 = BigInt(holding?.quantityE18 ?? 0);
      const wantedE18 =
        order.side === 'BUY'
          ? parseE18(((state.cash * order.part) / price).toFixed(8))
          : order.part >= 1
            ? heldE18
            : heldE18 / 2n;
      const quantityE18 = (wantedE18 / stepE18) * stepE18;
      if (quantityE18 <= 0n) return null;
      const grossE18 = (quantityE18 * priceE18) / 10n ** 18n;
      // 0.1 %, cut to cents, at least one cent.
      const cents = grossE18 / 10n ** 19n;
      const feesE18 = (cents > 1n ? cents : 1n) * 10n ** 16n;
      const bought = order.side === 'BUY';
      const netCashE18 = bought ? -(grossE18 + feesE18) : grossE18 - feesE18;
      state.cash += Number(formatE18(netCashE18));
      const afterE18 = bought ? heldE18 + quantityE18 : heldE18 - quantityE18;
      if (afterE18 === 0n) Reflect.deleteProperty(state.holdings, product);
      else {
        const weight = Number(formatE18(quantityE18)) / Number(formatE18(afterE18));
        const old = holding?.averageCost ?? price;
        state.holdings[product] = {
          quantityE18: afterE18.toString(),
          averageCost: bought ? old + (price - old) * Math.min(1, weight) : old,
          sinceUs: holding?.sinceUs ?? timeUs,
        };
      }
      const item = base(order.side);
      return {
        ...item,
        symbol: product,
        quantity: formatE18(bought ? quantityE18 : -quantityE18),
        price: priceText,
        fees: formatE18(feesE18),
        net_cash: formatE18(netCashE18),
        order_id: `o-${item.id}`,
        execution_id: `x-${item.id}`,
      };
    },
  };
}
