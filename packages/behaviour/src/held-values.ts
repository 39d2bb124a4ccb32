import { ZERO, abs, add, isZero, mul, sub, type Fraction } from '@groundswell/domain';
import { pricesOf, type Listings } from './listings.ts';
import type { DayNumber } from './local-days.ts';
import type { Timeline } from './timeline.ts';

/** Value of what is held at the end of a day; positions without a price are worth nothing here (L6). */
export interface BookValue {
  /** Shorts count negative. */
  readonly net: Fraction;
  /** Shorts count by their size. */
  readonly gross: Fraction;
}

/** The book at the end of one day after the other: only what changed is valued again. */
export class HeldValues {
  readonly #listings: Listings;
  readonly #timelines: ReadonlyMap<string, Timeline>;
  /** Value of each open position; null when the days before must be looked up again. */
  #values: Map<string, Fraction> | null = null;
  #net = ZERO;
  #gross = ZERO;

  constructor(listings: Listings, timelines: ReadonlyMap<string, Timeline>) {
    this.#listings = listings;
    this.#timelines = timelines;
  }

  /** Forget the day: the next one may be any. */
  reset(): void {
    this.#values = null;
  }

  /** The day after the last one, or any day after a reset. @param traded instruments with events on that day */
  moveTo(day: DayNumber, traded: ReadonlySet<string>): BookValue {
    const values = this.#values;
    if (values === null) {
      this.#values = new Map();
      this.#net = ZERO;
      this.#gross = ZERO;
      for (const id of this.#timelines.keys()) this.#revalue(id, day, this.#values);
    } else {
      for (const id of traded) this.#revalue(id, day, values);
      for (const id of [...values.keys()]) {
        if (!traded.has(id) && this.#listings.barsOf(id).at(day)) this.#revalue(id, day, values);
      }
    }
    return { net: this.#net, gross: this.#gross };
  }

  #revalue(id: string, day: DayNumber, values: Map<string, Fraction>): void {
    const timeline = this.#timelines.get(id);
    if (!timeline) return;
    const before = values.get(id) ?? ZERO;
    const { qty } = timeline.closeOf(day);
    const prices = isZero(qty) ? null : pricesOf(this.#listings.barsOf(id), timeline, day);
    const value = prices === null ? ZERO : mul(qty, prices.last);
    this.#net = add(this.#net, sub(value, before));
    this.#gross = add(this.#gross, sub(abs(value), abs(before)));
    // An unpriced position stays: its first price must find it.
    if (isZero(qty)) values.delete(id);
    else values.set(id, value);
  }
}
