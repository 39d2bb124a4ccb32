import type { Fraction } from '@groundswell/domain';
import type { DayNumber } from './local-days.ts';

/** Prices of one instrument on one local day, per unit: what its marks of that day span, and the newest of them. */
export interface DayBar {
  readonly low: Fraction;
  readonly high: Fraction;
  readonly last: Fraction;
}

/** Day bars of one instrument; days without a mark have none. */
export class DayBars {
  readonly #bars = new Map<DayNumber, DayBar>();
  /** Days that have a bar, ascending. */
  readonly #days: DayNumber[] = [];

  set(day: DayNumber, bar: DayBar): void {
    if (!this.#bars.has(day)) this.#days.splice(this.#placeOf(day), 0, day);
    this.#bars.set(day, bar);
  }

  at(day: DayNumber): DayBar | undefined {
    return this.#bars.get(day);
  }

  /** The newest day up to `day` that has a bar: its last price still stands (B1 rule 4). */
  upTo(day: DayNumber): { readonly day: DayNumber; readonly bar: DayBar } | null {
    const found = this.#days[this.#placeOf(day + 1) - 1];
    const bar = found === undefined ? undefined : this.#bars.get(found);
    return found === undefined || bar === undefined ? null : { day: found, bar };
  }

  /** Number of days with a bar before `day`. */
  #placeOf(day: DayNumber): number {
    if ((this.#days.at(-1) ?? -Infinity) < day) return this.#days.length;
    let low = 0;
    let high = this.#days.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#days[middle] ?? 0) < day) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
