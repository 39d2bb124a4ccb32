import type { LiveClient } from '@groundswell/client';
import { features, type MarketData } from '@groundswell/schemas';
import { formatIsoUs } from '@groundswell/domain';
import { firstBarPath, readInstruments, type MarketValue, type VersionPage } from '../lib/api.ts';
import type { ApiProblem } from '../lib/http.ts';
import { priceDecimals } from '../lib/format.ts';
import { moodCell, type MoodCell } from '../lib/mood-cell.ts';
import { MARKET, type SentimentData, type Weighting } from '../lib/mood.ts';
import { gapWithin, symbolOf } from '../lib/source-health.ts';
import { isoMs } from '../lib/time.ts';
import { watchRow, type WatchRow } from '../lib/watch-row.ts';
import type { App } from './app.svelte.ts';
import { MoodWindows } from './mood-windows.svelte.ts';
import { Quote } from './quote.svelte.ts';
import { Signals } from './signals.svelte.ts';

/** Four channels each, and a socket may have 200 (`schemas/live/channels.md`). */
const MAX_FOLLOWED = 45;
const DAY_MS = 86_400_000;

export const minuteWindow = features['market.bar'].windows[1];

/** The instruments and their live quotes; followed on every page, so that the watermark and the board are always at hand. */
export class WatchList {
  readonly #app: App;
  readonly signals = new Signals();
  /** Mood of the whole market by five minutes. */
  readonly market = new MoodWindows();
  quotes = $state.raw<readonly Quote[]>([]);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  problem = $state.raw<ApiProblem | null>(null);
  /** First price of the day by instrument. */
  references = $state.raw<ReadonlyMap<string, { readonly price: string; readonly timeMs: number }>>(
    new Map(),
  );

  constructor(app: App) {
    this.#app = app;
  }

  async load(): Promise<void> {
    this.state = this.quotes.length > 0 ? 'ready' : 'loading';
    const answer = await readInstruments(this.#app.getJson);
    if (!answer.ok) {
      this.problem = answer.problem;
      if (this.quotes.length === 0) this.state = 'failed';
      return;
    }
    this.problem = null;
    const ids = answer.value.map(({ id }) => id).join();
    // The same list keeps its quotes, and with them what is shown (P4).
    if (ids !== this.quotes.map(({ instrument }) => instrument.id).join()) {
      this.quotes = answer.value.map((instrument) => new Quote(instrument));
    }
    this.state = 'ready';
    await this.#readReferences();
  }

  /** First price of the UTC day, where the role may read history; else the bars at hand have to do. */
  async #readReferences(): Promise<void> {
    if (!this.#app.session.hasScope('history:read')) return;
    const nowMs = this.#app.pastMs ?? Date.now();
    const dayMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
    for (const { instrument } of this.quotes.slice(0, MAX_FOLLOWED)) {
      if (instrument.primary_feed === null) continue;
      const entity = `${instrument.id}@${instrument.primary_feed}`;
      const answer = await this.#app.getJson<
        VersionPage<MarketValue> & { readonly items: readonly { window: { start: string } }[] }
      >(firstBarPath(entity, formatIsoUs(dayMs * 1000), formatIsoUs(nowMs * 1000)));
      const first = answer.ok ? answer.value.items[0] : undefined;
      if (first?.value.open == null) continue;
      const reference = { price: first.value.open, timeMs: isoMs(first.window.start) };
      this.references = new Map([...this.references, [instrument.id, reference]]);
    }
  }

  /** Begin anew with the same instruments: values of another time must not stay. */
  forget(): void {
    this.quotes = this.quotes.map(({ instrument }) => new Quote(instrument));
    this.references = new Map();
    this.signals.list = [];
    void this.#readReferences();
  }

  find(instrumentId: string): Quote | undefined {
    return this.quotes.find(({ instrument }) => instrument.id === instrumentId);
  }

  follow(client: LiveClient): () => void {
    const reduced = matchMedia('(prefers-reduced-motion: reduce)');
    const leaves = this.quotes.slice(0, MAX_FOLLOWED).map((quote, index) =>
      quote.follow(client, this.#app.loop, index, {
        onUpdate: this.#app.countUpdate,
        onBar: (bar: MarketData) => {
          this.signals.take(bar);
        },
        onMood: (mood: SentimentData, before: SentimentData | null) => {
          this.signals.takeMood(mood, before);
        },
        mayLight: () => !reduced.matches,
      }),
    );
    const leaveMarket = this.market.follow(
      client,
      this.#app.loop,
      { instrument: MARKET, size: '5m' },
      this.#app.countUpdate,
    );
    return () => {
      leaveMarket();
      for (const leave of leaves) leave();
    };
  }

  /** Mood of a quote as it stands now. */
  mood({ shown }: Quote, weighting: Weighting): MoodCell | null {
    const { sources, clock } = this.#app;
    return moodCell({
      windows: shown.moods,
      hours: shown.hours,
      market: this.market.shown,
      weighting,
      gaps: sources.gaps,
      behind: (source) => sources.behind(source),
      nowMs: clock.nowMs,
    });
  }

  /** The row of a quote as it stands now. */
  row(quote: Quote, weighting: Weighting = 'weighted'): WatchRow {
    const { price, minutes } = quote.shown;
    const { id, primary_feed: feed } = quote.instrument;
    const source = feed ?? price?.feed ?? '';
    const bar = minutes.at(-1);
    const gap =
      bar === undefined
        ? null
        : gapWithin(
            this.#app.sources.gaps,
            { source, symbol: symbolOf(id) },
            isoMs(bar.window_start),
            isoMs(bar.window_end),
          );
    return watchRow({
      price,
      minutes,
      reference: this.reference(quote),
      decimals: this.decimals(quote),
      staleAfterMs: minuteWindow.staleAfterMs,
      graceMs: minuteWindow.graceMs,
      gap,
      behind: this.#app.sources.behind(source),
      nowMs: this.#app.clock.nowMs,
      mood: this.mood(quote, weighting),
    });
  }

  decimals({ instrument, shown }: Quote): number {
    const texts = [
      shown.price?.price ?? null,
      ...shown.minutes.slice(-20).map(({ close }) => close),
    ];
    return Math.max(instrument.tick_decimals, priceDecimals(texts));
  }

  /** First price of the day (UTC, C8): from REST, else of the first bar of today that is here. */
  reference(quote: Quote): { readonly price: string; readonly timeMs: number } | null {
    const told = this.references.get(quote.instrument.id);
    if (told !== undefined) return told;
    const dayMs = Math.floor(this.#app.clock.nowMs / DAY_MS) * DAY_MS;
    const first = quote.shown.minutes.find(
      ({ open, window_start }) => open !== null && isoMs(window_start) >= dayMs,
    );
    return first?.open == null ? null : { price: first.open, timeMs: isoMs(first.window_start) };
  }

  /** Newest watermark of all quotes, epoch ms. */
  watermarkMs = $derived.by(() => {
    let newest: number | null = null;
    for (const { shown } of this.quotes) {
      const bar = shown.minutes.at(-1);
      if (bar !== undefined) newest = Math.max(newest ?? 0, isoMs(bar.watermark));
    }
    return newest;
  });
  /** Newest watermark of the posts, epoch ms. */
  postsWatermarkMs = $derived.by(() => {
    let newest: number | null = null;
    for (const { watermark } of this.market.shown.slice(-2)) {
      newest = Math.max(newest ?? 0, isoMs(watermark));
    }
    for (const { shown } of this.quotes) {
      const mood = shown.moods.at(-1);
      if (mood !== undefined) newest = Math.max(newest ?? 0, isoMs(mood.watermark));
    }
    return newest;
  });

  /** Sources whose posts were counted in the last hours. */
  postSources = $derived.by(() => {
    const names = new Set<string>();
    for (const { counts } of this.market.shown)
      for (const name of Object.keys(counts)) names.add(name);
    for (const { shown } of this.quotes) {
      for (const { counts } of shown.moods) for (const name of Object.keys(counts)) names.add(name);
    }
    return [...names].sort();
  });
}
