import type { LiveClient } from '@groundswell/client';
import { features, type MarketData } from '@groundswell/schemas';
import { untrack } from 'svelte';
import type { App } from '../app/app.svelte.ts';
import { Bars } from '../app/bars.svelte.ts';
import { MoodWindows } from '../app/mood-windows.svelte.ts';
import { Posts } from '../app/posts.svelte.ts';
import type { Quote } from '../app/quote.svelte.ts';
import { explainBar, type Explanation } from '../lib/explain.ts';
import { explainMood, moodFields, type MoodField } from '../lib/explain-mood.ts';
import { MOOD_SIZE_MS, moodTrust, moodWindows } from '../lib/mood-cell.ts';
import { windowAt, type SentimentData, type Weighting } from '../lib/mood.ts';
import { barSizeMs, type BarSize } from '../lib/routes.ts';
import { gapWithin, symbolOf } from '../lib/source-health.ts';
import { isoMs } from '../lib/time.ts';
import type { Trust } from '../lib/trust.ts';
import { barTrust } from '../lib/watch-row.ts';

/** A span of event time, epoch ms. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

export interface SymbolInputs {
  readonly instrument: string;
  readonly bar: BarSize;
  readonly by: Weighting;
  readonly quote: Quote | undefined;
}

/** Windows of mood are counted in minutes at the finest. */
const moodSizes: Readonly<Record<BarSize, '1m' | '5m'>> = { '1s': '1m', '1m': '1m', '5m': '5m' };

/**
 * What the page of one symbol shows: bars and windows of the chosen size, posts of the chosen window, the number that is explained.
 * Made while a component starts: its effects end with that component.
 */
export class SymbolView {
  readonly #app: App;
  readonly #inputs: () => SymbolInputs;
  readonly bars = new Bars();
  readonly moods = new MoodWindows();
  readonly posts = new Posts();
  explained = $state<'close' | MoodField | null>(askedField());
  /** A bar that was chosen in the chart or the table; otherwise the newest. */
  chosenStart = $state<string | null>(null);
  /** A window whose posts were asked for; otherwise the current one. */
  chosenSpan = $state.raw<Span | null>(null);
  /** While somebody reads the posts their window stays. */
  isHeld = $state(false);
  /** The window whose posts are listed. */
  span = $state.raw<Span | null>(null);

  constructor(app: App, inputs: () => SymbolInputs) {
    this.#app = app;
    this.#inputs = inputs;
    $effect(() => {
      const { wanted, isHeld } = this;
      untrack(() => {
        const isAnother =
          wanted?.startMs !== this.span?.startMs || wanted?.endMs !== this.span?.endMs;
        const mayMove = !isHeld || this.span === null || this.chosenSpan !== null;
        if (isAnother && mayMove) this.span = wanted;
      });
    });
    $effect(() => {
      const { span } = this;
      const { version } = app.session;
      untrack(() => {
        if (span !== null && version > 0) this.readPosts();
      });
    });
  }

  follow(client: LiveClient, size: BarSize): () => void {
    const { loop, countUpdate } = this.#app;
    const { instrument } = this.#inputs();
    const leaves = [
      this.bars.follow(client, loop, { instrument, size, feed: this.stream.source }, countUpdate),
      this.moods.follow(client, loop, { instrument, size: moodSizes[size] }, countUpdate),
    ];
    return () => {
      for (const leave of leaves) leave();
    };
  }

  readPosts(): void {
    const { span } = this;
    // Texts have no history: of another time none are shown.
    if (span === null || this.#app.session.identity === null || this.#app.pastMs !== null) return;
    const { getJson } = this.#app;
    void this.posts.choose({ getJson, instrument: this.#inputs().instrument, ...span });
  }

  sizeMs = $derived.by(() => barSizeMs[this.#inputs().bar]);
  moodSizeMs = $derived.by(() => Math.max(60_000, this.sizeMs));
  // While the first bars of another size come, the old picture stays (P4).
  shown = $derived.by(() =>
    this.bars.shown.filter(({ window_size_ms }) => window_size_ms === this.sizeMs),
  );
  shownMoods = $derived.by(() =>
    this.moods.shown.filter(({ window_size_ms }) => window_size_ms === this.moodSizeMs),
  );
  newest = $derived.by(() => this.shown.findLast(({ n }) => n > 0) ?? null);
  stream = $derived.by(() => {
    const { instrument, quote } = this.#inputs();
    const source = quote?.instrument.primary_feed ?? '';
    return { source, symbol: symbolOf(instrument) };
  });
  gaps = $derived.by(() =>
    this.#app.sources.gaps.filter(
      (gap) =>
        !gap.closed && gap.source === this.stream.source && gap.stream === this.stream.symbol,
    ),
  );
  postGaps = $derived.by(() =>
    this.#app.sources.gaps.filter(
      (gap) => !gap.closed && this.#app.watchList.postSources.includes(gap.source),
    ),
  );

  mood = $derived.by(() => {
    const { quote, by } = this.#inputs();
    return quote === undefined ? null : this.#app.watchList.mood(quote, by);
  });

  /** The window whose posts ought to be listed. */
  wanted = $derived.by((): Span | null => {
    if (this.chosenSpan !== null) return this.chosenSpan;
    const data = this.mood?.data;
    if (data === undefined) return null;
    return { startMs: isoMs(data.window_start), endMs: isoMs(data.window_end) };
  });
  /** Mood of the listed window, where it is one of the windows at hand. */
  spanData = $derived.by((): SentimentData | null => {
    const { span } = this;
    if (span === null) return null;
    const moods = this.#inputs().quote?.shown.moods ?? [];
    return (
      [...this.shownMoods, ...moods].find(
        ({ window_start, window_end }) =>
          isoMs(window_start) === span.startMs && isoMs(window_end) === span.endMs,
      ) ?? null
    );
  });

  /** Look at the window of mood that holds an instant. */
  choose(timeMs: number): void {
    const startMs = Math.floor(timeMs / this.moodSizeMs) * this.moodSizeMs;
    this.chosenSpan = { startMs, endMs: startMs + this.moodSizeMs };
    this.explained = null;
  }

  /** Back to the current window, also under the pointer that asked for it. */
  now(): void {
    this.chosenSpan = null;
    this.span = this.wanted;
  }

  trustOfBar(bar: MarketData, isLatest: boolean): Trust {
    const { staleAfterMs, graceMs } = barWindow(bar.window_size_ms);
    const [startMs, endMs] = [isoMs(bar.window_start), isoMs(bar.window_end)];
    return barTrust(bar, {
      gap: gapWithin(this.gaps, this.stream, startMs, endMs),
      behind: this.#app.sources.behind(this.stream.source),
      nowMs: this.#app.clock.nowMs,
      ...{ staleAfterMs, graceMs, isLatest },
    });
  }

  trustOfMood(data: SentimentData, isLatest: boolean): Trust {
    const { sources, clock } = this.#app;
    const behind = (source: string) => sources.behind(source);
    return moodTrust(data, { gaps: sources.gaps, behind, nowMs: clock.nowMs }, isLatest);
  }

  /** What the explanation panel shows, or null while it is closed or nothing is there to explain. */
  explanation(
    decimals: number,
  ): { readonly explanation: Explanation; readonly trust: Trust; readonly graceMs: number } | null {
    const { explained } = this;
    const { by, quote } = this.#inputs();
    if (explained === null) return null;
    if (explained === 'close') {
      const bar = windowAt(this.shown, this.chosenStart ?? undefined) ?? this.newest;
      if (bar === null) return null;
      return {
        explanation: explainBar(bar, 'close', decimals),
        trust: this.trustOfBar(bar, bar === this.newest),
        graceMs: barWindow(bar.window_size_ms).graceMs,
      };
    }
    const data = explained === 'buzz' ? quote?.shown.hours.at(-1) : this.mood?.data;
    if (data === undefined) return null;
    const window = moodWindows.find(({ sizeMs }) => sizeMs === data.window_size_ms);
    return {
      explanation: explainMood(data, explained, by),
      trust:
        data.window_size_ms === MOOD_SIZE_MS && this.mood !== null
          ? this.mood.trust
          : this.trustOfMood(data, true),
      graceMs: (window ?? moodWindows[1]).graceMs,
    };
  }

  /** The figure whose mark has the focus. */
  focusedField(): 'close' | MoodField | null {
    const id = document.activeElement?.getAttribute('data-testid') ?? '';
    if (id === `trust-${this.#inputs().instrument}`) return 'close';
    return moodFields.find((field) => id === `trust-${field}`) ?? null;
  }
}

export function barWindow(sizeMs: number) {
  const { windows } = features['market.bar'];
  return windows.find((window) => window.sizeMs === sizeMs) ?? windows[1];
}

/** `?why=mood` opens the explanation with the page. */
function askedField(): 'close' | MoodField | null {
  const asked = new URLSearchParams(location.search).get('why');
  return asked === 'close' ? 'close' : (moodFields.find((field) => field === asked) ?? null);
}
