import {
  abs,
  add,
  cmp,
  div,
  fractionFromE18,
  mul,
  sign,
  sub,
  ZERO,
  type Fraction,
} from '@groundswell/domain';
import { localDate, shiftDate } from './calendar.ts';
import type { Booking, MarkArrival } from './ledger-events.ts';
import { msOf } from './order.ts';
import { executeAll, noPool, smaller, type Executed, type Pool } from './pools.ts';
import type { Oversell } from './fold.ts';

export interface Counts {
  readonly rg: number;
  readonly rl: number;
  readonly pg: number;
  readonly pl: number;
  readonly neither: number;
  readonly unpriced: number;
}

/** One investor's past by instrument and local date of its listing. */
export class Past {
  readonly #marks: ReadonlyMap<string, readonly Price[]>;
  readonly #executed = new Map<string, readonly (Executed & { readonly date: string })[]>();

  constructor(
    bookings: readonly Booking[],
    marks: ReadonlyMap<string, readonly MarkArrival[]>,
    zoneOf: (instrumentId: string | null) => string,
    oversell: Oversell,
  ) {
    const bySymbol = Map.groupBy(
      bookings.filter(({ type }) => type === 'BUY' || type === 'SELL'),
      ({ instrumentId }) => instrumentId ?? '',
    );
    for (const [id, own] of bySymbol) {
      const dated = executeAll(own, oversell).map((one) => ({
        ...one,
        date: localDate(msOf(one.booking.tsUs), zoneOf(id)),
      }));
      this.#executed.set(id, dated);
    }
    this.#marks = new Map(
      [...bySymbol.keys()].map((id) => [
        id,
        (marks.get(id) ?? [])
          .toSorted((a, b) => a.tsUs - b.tsUs)
          .map(({ tsUs, priceE18, day }) => ({
            date: localDate(msOf(tsUs), zoneOf(id)),
            price: fractionFromE18(priceE18),
            span: [day?.lowE18 ?? priceE18, day?.highE18 ?? priceE18].map(fractionFromE18),
          })),
      ]),
    );
  }

  get symbols(): readonly string[] {
    return [...this.#executed.keys()];
  }

  /** Every execution. */
  all(): readonly (Executed & { readonly date: string })[] {
    return [...this.#executed.values()].flat();
  }

  /** Of a symbol, on a date. */
  on(id: string, date: string): readonly Executed[] {
    return this.#of(id).filter((one) => one.date === date);
  }

  /** Held at the end of the date. */
  heldAfter(id: string, date: string): Pool {
    return this.#of(id).findLast((one) => one.date <= date)?.pool ?? noPool;
  }

  /** The last price before the end of the date. */
  lastPrice(id: string, date: string): Fraction | null {
    return this.#marks.get(id)?.findLast((one) => one.date <= date)?.price ?? null;
  }

  /** Dates with a closing sale of a long position. */
  saleDates(): readonly string[] {
    const dates = [...this.#executed.values()].flatMap((all) =>
      all.filter(({ pnl }) => pnl !== null).map(({ date }) => date),
    );
    return [...new Set(dates)].toSorted();
  }

  /** B1 rules 1 to 4 for one date; null where it does not count. */
  countsOf(date: string, fullOnly: boolean): Counts | null {
    const counts = { rg: 0, rl: 0, pg: 0, pl: 0, neither: 0, unpriced: 0 };
    let sold = 0;
    let kept = 0;
    for (const id of this.symbols) {
      const sales = this.on(id, date).filter(({ pnl }) => pnl !== null);
      const before = this.heldAfter(id, shiftDate(date, -1));
      if (sales.length > 0) {
        if (fullOnly && !sales.some(({ pool }) => sign(pool.qty) <= 0)) continue;
        sold += 1;
        const outcome = sign(sales.map(({ pnl }) => pnl ?? ZERO).reduce(add, ZERO));
        counts[outcome > 0 ? 'rg' : outcome < 0 ? 'rl' : 'neither'] += 1;
      } else if (sign(before.qty) > 0) {
        kept += 1;
        counts[this.#onPaper(id, date, before)] += 1;
      }
    }
    return sold > 0 && sold + kept >= 2 ? counts : null;
  }

  /** Rule 3. */
  #onPaper(id: string, date: string, pool: Pool): 'pg' | 'pl' | 'neither' | 'unpriced' {
    const today = (this.#marks.get(id) ?? []).filter((one) => one.date === date);
    const last = this.lastPrice(id, date);
    const prices =
      today.length > 0 ? today.flatMap(({ span }) => span) : last === null ? [] : [last];
    if (prices.length === 0) return 'unpriced';
    const cost = div(pool.cost, pool.qty);
    const fee = div(pool.fee, pool.qty);
    if (prices.every((price) => cmp(sub(price, fee), cost) > 0)) return 'pg';
    return prices.every((price) => cmp(sub(price, fee), cost) < 0) ? 'pl' : 'neither';
  }

  /** Value of what is held at the end of the date: net of shorts, and gross. */
  valueOn(date: string): { readonly net: Fraction; readonly gross: Fraction } {
    const values = this.symbols.flatMap((id) => {
      const { qty } = this.heldAfter(id, date);
      const price = sign(qty) === 0 ? null : this.lastPrice(id, date);
      return price === null ? [] : [mul(qty, price)];
    });
    return { net: values.reduce(add, ZERO), gross: values.map(abs).reduce(add, ZERO) };
  }

  /** B3, Barber & Odean: the month that begins with that date; null without a value. */
  monthFrom(start: string): Fraction | null {
    const month = start.slice(0, 7);
    const earlier = shiftDate(start, -1).slice(0, 7);
    let value = ZERO;
    let turned = ZERO;
    for (const id of this.symbols) {
      const held = this.heldAfter(id, shiftDate(start, -1)).qty;
      const price = this.lastPrice(id, shiftDate(start, -1));
      if (sign(held) <= 0 || price === null) continue;
      const units = (type: string, when: string) =>
        this.#of(id)
          .filter((one) => one.booking.type === type && one.date.startsWith(when))
          .map((one) => one.units)
          .reduce(add, ZERO);
      value = add(value, mul(held, price));
      turned = add(turned, mul(smaller(units('SELL', month), held), price));
      turned = add(turned, mul(smaller(units('BUY', earlier), held), price));
    }
    return sign(value) === 0 ? null : div(turned, add(value, value));
  }

  #of(id: string): readonly (Executed & { readonly date: string })[] {
    return this.#executed.get(id) ?? [];
  }
}

interface Price {
  readonly date: string;
  readonly price: Fraction;
  /** What it says that the day reached. */
  readonly span: readonly Fraction[];
}
