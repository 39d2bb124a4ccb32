import type { LiveClient } from '@groundswell/client';
import type { MarketData, PriceData } from '@groundswell/schemas';
import { BarSeries } from '../lib/bar-series.ts';
import type { Instrument } from '../lib/api.ts';
import type { SentimentData } from '../lib/mood.ts';
import type { PaintLoop } from '../lib/paint-loop.ts';
import { WindowSeries } from '../lib/window-series.ts';

/** How long changed digits stay lit. */
const HOT_MS = 500;

/** What a page shows of one instrument: swapped as a whole by the paint loop, never changed in place. */
export interface ShownQuote {
  readonly price: PriceData | null;
  readonly minutes: readonly MarketData[];
  /** Mood by five minutes and by the hour, oldest first. */
  readonly moods: readonly SentimentData[];
  readonly hours: readonly SentimentData[];
}

const NOTHING: ShownQuote = { price: null, minutes: [], moods: [], hours: [] };

/** What a page wants to hear of beside the picture. */
export interface QuoteEvents {
  readonly onUpdate: () => void;
  readonly onBar: (bar: MarketData) => void;
  /** @param before the same window as it was */
  readonly onMood: (mood: SentimentData, before: SentimentData | null) => void;
  readonly mayLight: () => boolean;
}

/**
 * One instrument's live price, minute bars and mood. Data arrive into plain fields; `shown` is the per-row signal that the paint loop
 * sets at most ten times a second.
 */
export class Quote {
  readonly instrument: Instrument;
  shown = $state.raw<ShownQuote>(NOTHING);
  /** The price before, while its digits are lit. */
  litFrom = $state.raw<string | null>(null);
  hasAnswer = $state(false);
  #price: PriceData | null = null;
  readonly #minutes: BarSeries;
  readonly #moods = new WindowSeries<SentimentData>();
  readonly #hours = new WindowSeries<SentimentData>();
  #isLit = false;
  #litCount = 0;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
    this.#minutes = new BarSeries(instrument.primary_feed);
  }

  follow(client: LiveClient, loop: PaintLoop, index: number, events: QuoteEvents): () => void {
    const { id, primary_feed: feed } = this.instrument;
    const place = `quote ${id}`;
    const leaves = [
      loop.register(place, index, () => {
        this.#paint(loop, events.mayLight());
      }),
      client.subscribe(`price:${id}`, {
        onItem: ({ data }, origin) => {
          const price = data as PriceData;
          if (feed !== null && price.feed !== feed) return;
          this.#price = price;
          this.#isLit = origin === 'frame'; // a snapshot lights nothing up
          events.onUpdate();
          loop.mark(place);
        },
        onRemove: () => {
          this.#price = null;
          loop.mark(place);
        },
        onVerdict: () => {
          this.hasAnswer = true;
        },
      }),
      client.subscribe(`market:${id}:1m`, {
        onItem: ({ data }) => {
          const bar = data as MarketData;
          if (!this.#minutes.apply(bar)) return;
          events.onUpdate();
          events.onBar(bar);
          loop.mark(place);
        },
      }),
      client.subscribe(`sentiment:${id}:5m`, {
        onItem: ({ data }) => {
          const mood = data as SentimentData;
          events.onMood(mood, this.#moods.put(mood));
          events.onUpdate();
          loop.mark(place);
        },
      }),
      client.subscribe(`sentiment:${id}:1h`, {
        onItem: ({ data }) => {
          this.#hours.put(data as SentimentData);
          loop.mark(place);
        },
      }),
    ];
    return () => {
      for (const leave of leaves) leave();
    };
  }

  #paint(loop: PaintLoop, mayLight: boolean): void {
    const before = this.shown.price?.price ?? null;
    this.shown = {
      price: this.#price,
      minutes: this.#minutes.bars,
      moods: this.#moods.items,
      hours: this.#hours.items,
    };
    if (!this.#isLit || !mayLight || before === null || before === this.#price?.price) return;
    this.litFrom = before;
    const count = (this.#litCount += 1);
    loop.after(HOT_MS, () => {
      if (count === this.#litCount) this.litFrom = null;
    });
  }
}
