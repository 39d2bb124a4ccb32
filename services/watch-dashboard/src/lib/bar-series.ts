import type { MarketData } from '@groundswell/schemas';

/**
 * The recent bars of one feed and size, oldest first. Whether an item is newer was decided by the client's store (I7); this only
 * keeps the order and the number. `bars` is a new array after each change and never changed itself, so a frozen picture can hold
 * on to an old one.
 */
export class BarSeries {
  readonly #feed: string | null;
  readonly #capacity: number;
  #bars: readonly MarketData[] = [];

  /** @param feed null takes the feed of the first bar: venues are never mixed (V5) */
  constructor(feed: string | null, capacity = 300) {
    this.#feed = feed;
    this.#capacity = capacity;
  }

  get bars(): readonly MarketData[] {
    return this.#bars;
  }

  /** Returns whether the bar belongs here. */
  apply(bar: MarketData): boolean {
    const feed = this.#feed ?? this.#bars[0]?.feed ?? bar.feed;
    if (bar.feed !== feed) return false;
    const bars = [...this.#bars];
    let index = bars.length;
    // The wire's times have one form, so their text sorts as their time does; new bars come last.
    while (index > 0 && (bars[index - 1]?.window_start ?? '') > bar.window_start) index -= 1;
    const isSame = bars[index - 1]?.window_start === bar.window_start;
    if (isSame) bars[index - 1] = bar;
    else bars.splice(index, 0, bar);
    this.#bars = bars.length > this.#capacity ? bars.slice(-this.#capacity) : bars;
    return true;
  }

  remove(isGone: (bar: MarketData) => boolean): void {
    this.#bars = this.#bars.filter((bar) => !isGone(bar));
  }
}
