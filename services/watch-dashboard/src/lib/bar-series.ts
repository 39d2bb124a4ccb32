import type { MarketData } from '@groundswell/schemas';
import { WindowSeries } from './window-series.ts';

/** The recent bars of one feed and size, oldest first: venues are never mixed (V5). */
export class BarSeries {
  readonly #feed: string | null;
  readonly #series: WindowSeries<MarketData>;

  /** @param feed null takes the feed of the first bar */
  constructor(feed: string | null, capacity = 300) {
    this.#feed = feed;
    this.#series = new WindowSeries(capacity);
  }

  get bars(): readonly MarketData[] {
    return this.#series.items;
  }

  /** Returns whether the bar belongs here. */
  apply(bar: MarketData): boolean {
    const feed = this.#feed ?? this.bars[0]?.feed ?? bar.feed;
    if (bar.feed !== feed) return false;
    this.#series.put(bar);
    return true;
  }

  remove(isGone: (bar: MarketData) => boolean): void {
    this.#series.remove(isGone);
  }
}
