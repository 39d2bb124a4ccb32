import { ZERO, add, div, isZero, mul, sign, type Fraction } from '@groundswell/domain';
import type { LedgerState, LedgerStep } from '@groundswell/ledger';
import { addTotals, noTotals, type DayTotals } from './day-totals.ts';
import {
  countDay,
  noDisposition,
  type DispositionCounts,
  type Opportunity,
} from './disposition.ts';
import { HeldValues } from './held-values.ts';
import { pricesOf, type Listings } from './listings.ts';
import { dateOf, type DayNumber } from './local-days.ts';
import { Timeline } from './timeline.ts';
import { monthTurnover, type MonthPosition } from './turnover.ts';

const DAY_MS = 86_400_000;

/** One day of one investor, and everything up to it. */
interface Part {
  readonly totals: DayTotals;
  /** Quantity x price bought and sold on the day. */
  readonly traded: Fraction;
  /** At the end of the day. */
  readonly cash: Fraction;
  /** Gross book at the end of the day. */
  readonly gross: Fraction;
}

/** What the events of one day amount to. */
interface DayFlows {
  cash: Fraction;
  buys: Fraction;
  sells: Fraction;
  trades: number;
  roundTrips: number;
  /** Something long was sold. */
  sale: boolean;
  readonly instruments: Set<string>;
}

const nothing: Part = { totals: noTotals, traded: ZERO, cash: ZERO, gross: ZERO };
const quiet: ReadonlySet<string> = new Set();

/**
 * One investor day by day (B1, B3). A day is a local date: the events and prices of each instrument belong to the dates of its own
 * listing, so that an instant may be yesterday for a share in New York and today for a coin. Depends on the set of events and bars only,
 * never on the order in which they came.
 */
export class DayBook {
  readonly #listings: Listings;
  readonly #timelines = new Map<string, Timeline>();
  readonly #flows = new Map<DayNumber, DayFlows>();
  readonly #held: HeldValues;
  #first: DayNumber | null = null;
  #last: DayNumber | null = null;
  /** One a day, from `#first` on. */
  readonly #parts: Part[] = [];

  constructor(listings: Listings) {
    this.#listings = listings;
    this.#held = new HeldValues(listings, this.#timelines);
  }

  /** First local date with an event; null before any. */
  get firstDay(): DayNumber | null {
    return this.#first;
  }

  /** Newest local date with an event. */
  get lastDay(): DayNumber | null {
    return this.#last;
  }

  /** Every instrument that was ever traded. */
  instruments(): readonly string[] {
    return [...this.#timelines.keys()];
  }

  /**
   * The events changed.
   * @param steps what each folded event did, in C1 order
   * @param changedFrom first local date that may differ from before; `-Infinity` for all
   */
  load(
    steps: readonly LedgerStep[],
    { realisedRecords }: Pick<LedgerState, 'realisedRecords'>,
    changedFrom: DayNumber,
  ): void {
    const first = this.#first;
    this.#timelines.clear();
    this.#flows.clear();
    this.#first = null;
    this.#last = null;
    for (const step of steps) this.#book(step);
    for (const { qty, holdMs, closeTsMs, instrumentId } of realisedRecords) {
      if (isZero(qty) || holdMs > DAY_MS) continue;
      this.#flowsOf(this.#listings.daysOf(instrumentId).dayOf(closeTsMs)).roundTrips += 1;
    }
    this.#cut(first === this.#first ? changedFrom : -Infinity);
  }

  /** The bar of a day changed. Returns whether that changes anything here. */
  reprice(instrumentId: string, day: DayNumber): boolean {
    const last = this.#timelines.get(instrumentId)?.days.at(-1);
    // A position that was gone before that day has no more use for prices.
    if (last === undefined || (last.day < day && isZero(last.close.qty))) return false;
    this.#cut(day);
    return true;
  }

  /** Bring the days up to `through`; what is known of them already stays. */
  closeUpTo(through: DayNumber): void {
    if (this.#first === null) return;
    for (let day = this.#first + this.#parts.length; day <= through; day += 1) {
      this.#parts.push(this.#part(day, this.#parts.at(-1) ?? nothing));
    }
  }

  /** Sums from the first day to the end of `day`, which {@link closeUpTo} has reached. */
  totals(day: DayNumber): DayTotals {
    return this.#at(day).totals;
  }

  traded(day: DayNumber): Fraction {
    return this.#at(day).traded;
  }

  /** 0 before the first day. */
  gross(day: DayNumber): Fraction {
    return this.#at(day).gross;
  }

  #at(day: DayNumber): Part {
    return (this.#first === null ? undefined : this.#parts[day - this.#first]) ?? nothing;
  }

  #cut(day: DayNumber): void {
    const kept = this.#first === null ? 0 : Math.max(0, day - this.#first);
    this.#held.reset();
    if (kept < this.#parts.length) this.#parts.length = kept;
  }

  #book(step: LedgerStep): void {
    const { event } = step;
    const day = this.#listings.daysOf(event.instrumentId).dayOf(event.tsMs);
    this.#first = Math.min(this.#first ?? day, day);
    this.#last = Math.max(this.#last ?? day, day);
    const flows = this.#flowsOf(day);
    for (const pool of step.pools) {
      let timeline = this.#timelines.get(pool.instrumentId);
      if (!timeline) this.#timelines.set(pool.instrumentId, (timeline = new Timeline()));
      const { soldPnl } = timeline.add(day, step, pool);
      flows.sale ||= soldPnl !== null;
      flows.instruments.add(pool.instrumentId);
    }
    flows.cash = add(flows.cash, step.cash);
    if (event.type !== 'BUY' && event.type !== 'SELL') return;
    flows.trades += 1;
    if (event.type === 'BUY') flows.buys = add(flows.buys, step.traded);
    else flows.sells = add(flows.sells, step.traded);
  }

  #flowsOf(day: DayNumber): DayFlows {
    let flows = this.#flows.get(day);
    if (!flows) {
      const none = { cash: ZERO, buys: ZERO, sells: ZERO, trades: 0, roundTrips: 0, sale: false };
      this.#flows.set(day, (flows = { ...none, instruments: new Set() }));
    }
    return flows;
  }

  #part(day: DayNumber, before: Part): Part {
    const flows = this.#flows.get(day);
    const { net, gross } = this.#held.moveTo(day, flows?.instruments ?? quiet);
    const cash = flows ? add(before.cash, flows.cash) : before.cash;
    const month = this.#monthEndingBefore(day);
    const own: DayTotals = {
      days: 1,
      trades: flows?.trades ?? 0,
      roundTrips: flows?.roundTrips ?? 0,
      buys: flows?.buys ?? ZERO,
      sells: flows?.sells ?? ZERO,
      equity: add(cash, net),
      sales: flows?.sale ? this.#count(day, (entry) => entry.soldPnl !== null) : noDisposition,
      liquidations: flows?.sale ? this.#count(day, (entry) => entry.liquidated) : noDisposition,
      monthly: month ?? 0,
      months: month === null ? 0 : 1,
    };
    return {
      totals: addTotals(before.totals, own),
      traded: add(own.buys, own.sells),
      cash,
      gross,
    };
  }

  /** B1 of one sale day. A symbol that was sold, but not in the way that counts, is no opportunity at all. */
  #count(
    day: DayNumber,
    countsAsSold: (entry: {
      readonly soldPnl: Fraction | null;
      readonly liquidated: boolean;
    }) => boolean,
  ): DispositionCounts {
    const opportunities: Opportunity[] = [];
    for (const [id, timeline] of this.#timelines) {
      const [today] = timeline.between(day, day + 1);
      if (today !== undefined && today.soldPnl !== null) {
        if (countsAsSold(today)) opportunities.push({ sold: today.soldPnl });
        continue;
      }
      const kept = timeline.openOf(day);
      if (sign(kept.qty) > 0)
        opportunities.push({ kept, prices: pricesOf(this.#listings.barsOf(id), timeline, day) });
    }
    return countDay(opportunities);
  }

  /** Turnover of the month that ended with the day before, if one did and began with a value (B3). */
  #monthEndingBefore(day: DayNumber): number | null {
    if (!dateOf(day).endsWith('-01')) return null;
    const start = firstOfMonth(day - 1);
    const earlier = firstOfMonth(start - 1);
    const positions: MonthPosition[] = [];
    for (const [id, timeline] of this.#timelines) {
      const { qty: held } = timeline.openOf(start);
      if (sign(held) <= 0) continue;
      const prices = pricesOf(this.#listings.barsOf(id), timeline, start - 1);
      if (prices === null) continue;
      // All in units of the beginning of the month, after the corporate actions of that midnight.
      const price = div(prices.last, timeline.factor(start - 1, start));
      const sold = timeline
        .between(start, day)
        .map((entry) => div(entry.sold, timeline.factor(start, entry.day)));
      const bought = timeline
        .between(earlier, start)
        .map((entry) => mul(entry.bought, timeline.factor(entry.day, start)));
      positions.push({
        held,
        price,
        sold: sold.reduce(add, ZERO),
        bought: bought.reduce(add, ZERO),
      });
    }
    return monthTurnover(positions);
  }
}

function firstOfMonth(day: DayNumber): DayNumber {
  const date = new Date(day * DAY_MS);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / DAY_MS;
}
