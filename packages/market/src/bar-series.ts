import {
  isLate,
  latenessMs,
  nextStatus,
  tumblingStart,
  type WindowStatus,
} from '@groundswell/windows';
import { addPrint, emptyAccumulator, mergeInto, type Accumulator } from './accumulator.ts';
import { PANE_MS, checkBarConfig, type BarConfig } from './bar-config.ts';
import { barValues, sameValues, type BarValues } from './bar-values.ts';
import type { BarCause, BarWindow } from './bar-window.ts';
import { planCorrection } from './correction.ts';
import type {
  Applied,
  CancelEvent,
  CorrectEvent,
  LatePair,
  MarketEvent,
  TradeEvent,
} from './market-event.ts';
import { closingPrint, mergePane } from './pane.ts';
import { RecordStore, type DirtyPart } from './record-store.ts';
import { decodeHeader, settledCode, settledWindow } from './series-header.ts';
import { realisedVolatility } from './volatility.ts';
import { WindowBook } from './window-book.ts';

/** One published state of one bar. */
export interface BarEmission {
  readonly windowSizeMs: number;
  readonly windowStartMs: number;
  readonly windowEndMs: number;
  /** From 1, rising by one per emission of the window (V3). */
  readonly revision: number;
  readonly status: WindowStatus;
  readonly cause: BarCause;
  /** Records counted, whatever their flags. */
  readonly n: number;
  /** Late pairs that named the window so far. */
  readonly lateCount: number;
  /** T at emission. */
  readonly watermarkMs: number;
  readonly values: BarValues;
}

/** The bars of one entity (instrument@feed), as a state machine of event time only. */
export interface BarSeries {
  /** Count one record. Duplicates must not arrive; a trade dated in the future must have been quarantined (W6). */
  apply(event: MarketEvent): Applied;
  /** Announce windows as final: by T, by the partition's clock, or because the partition is idle (W4). */
  advance(clocks: { readonly partitionClockMs: number; readonly idle: boolean }): void;
  /** Earliest time at which T announces a window, null if none waits. */
  readonly pendingAtMs: number | null;
  /** What to publish since the last call, by (size, start). Closed windows are forgotten here. */
  takeEmissions(): BarEmission[];
  /** What to store since the last call, '' first, then by time. Take it after the emissions, in the same transaction. */
  takeDirtyParts(): DirtyPart[];
}

/** @throws GroundswellError GW_BAD_CONFIG */
export function createBarSeries(config: BarConfig): BarSeries {
  checkBarConfig(config);
  return new Series(config);
}

/**
 * The series whose stored parts these are, in any order; none gives a new series.
 * @throws GroundswellError GW_BAD_CONFIG; InvariantError when a part was not written by this package
 */
export function restoreBarSeries(
  config: BarConfig,
  parts: Iterable<{ readonly part: string; readonly body: Uint8Array }>,
): BarSeries {
  checkBarConfig(config);
  const series = new Series(config);
  series.restore(parts);
  return series;
}

const HEADER = '';

/**
 * Records live in panes of one second; a window rolls up what its panes have gathered when it is to be published. Invariant:
 * after a roll-up a window's accumulator, if present, is exactly what its panes give at its level. A correction drops it; it
 * is then merged from all its panes again. A pane lives as long as the largest window around it.
 */
class Series implements BarSeries {
  readonly #config: BarConfig;
  readonly #acceptMs: number;
  readonly #levels: number;
  readonly #records: RecordStore;
  readonly #windows: WindowBook;
  /** T (W2); -1: no trade yet. */
  #streamTimeMs = -1;
  #storedStreamTimeMs = -1;

  constructor(config: BarConfig) {
    this.#config = config;
    this.#acceptMs = config.graceMs + config.correctionMs;
    this.#levels = config.sizesMs.length;
    this.#records = new RecordStore(this.#levels);
    this.#windows = new WindowBook(config);
  }

  apply(event: MarketEvent): Applied {
    return event.kind === 'trade' ? this.#trade(event) : this.#correction(event);
  }

  #trade(trade: TradeEvent): Applied {
    const { tsMs } = trade;
    if (tsMs >= this.#streamTimeMs) {
      this.#streamTimeMs = tsMs;
      // Late nowhere; and the trade before it, in the same second, has touched its windows.
      if (this.#records.extend(trade)) return APPLIED;
    }
    const latePairs = this.#closedWindows(tsMs);
    // Windows nest: a larger one closes later.
    const fromLevel = latePairs.length;
    if (fromLevel === this.#levels) return { verdict: 'late', latePairs };
    if (fromLevel === 0) this.#records.addPlain(trade);
    else this.#records.addVersion(trade, fromLevel);
    for (let level = fromLevel; level < this.#levels; level += 1) {
      const window = this.#windows.at(level, tsMs);
      if (fromLevel > 0 && window.acc !== null) addPrint(window.acc, trade);
      const past = window.announced || this.#streamTimeMs >= window.endMs + this.#config.graceMs;
      this.#windows.touch(window, past ? 'late' : 'update');
    }
    return fromLevel === 0 ? APPLIED : { verdict: 'applied', latePairs };
  }

  /** The windows of an instant that accept nothing more, smallest first (W3). */
  #closedWindows(tsMs: number): readonly LatePair[] {
    // A window ends after its records, so what is younger than the accepted time is late nowhere.
    if (tsMs + this.#acceptMs >= this.#streamTimeMs) return NO_PAIRS;
    const pairs: LatePair[] = [];
    for (const [level, windowSizeMs] of this.#config.sizesMs.entries()) {
      const windowStartMs = tumblingStart(tsMs, windowSizeMs);
      const endMs = windowStartMs + windowSizeMs;
      if (!isLate(endMs, this.#acceptMs, this.#streamTimeMs)) break;
      this.#windows.countLate(level, windowStartMs);
      const lateMs = latenessMs(endMs, this.#acceptMs, this.#streamTimeMs);
      pairs.push({ windowSizeMs, windowStartMs, latenessMs: lateMs, reason: 'window_closed' });
    }
    return pairs;
  }

  #correction(event: CancelEvent | CorrectEvent): Applied {
    this.#rollUp();
    const known = this.#records.versionsOf(event.ref);
    if (known.length === 0) return UNKNOWN_TARGET;
    const plan = planCorrection(event, known, this.#config, this.#streamTimeMs);
    // Closed everywhere: whether its records are forgotten yet is chance, the answer must not be.
    if (plan.latePairs.at(this.#levels - 1)?.reason === 'window_closed') return UNKNOWN_TARGET;
    for (const [level, pair] of plan.latePairs.entries()) {
      this.#windows.countLate(level, pair.windowStartMs);
    }
    const { latePairs, acceptLevel } = plan;
    if (acceptLevel === this.#levels) return { verdict: 'late', latePairs };
    this.#records.replace(event.ref, plan.versions);
    for (const { level, windowStartMs } of plan.touched) {
      const window = this.#windows.at(level, windowStartMs);
      window.acc = null;
      this.#windows.touch(window, event.kind);
    }
    return { verdict: 'applied', latePairs };
  }

  advance(clocks: { readonly partitionClockMs: number; readonly idle: boolean }): void {
    const { partitionClockMs, idle } = clocks;
    this.#windows.announce({ streamTimeMs: this.#streamTimeMs, partitionClockMs, idle });
  }

  get pendingAtMs(): number | null {
    return this.#windows.pendingAtMs;
  }

  takeEmissions(): BarEmission[] {
    const emissions: BarEmission[] = [];
    this.#rollUp();
    for (const window of this.#windows.due(this.#streamTimeMs)) {
      const emission = this.#publish(window);
      if (emission !== null) emissions.push(emission);
      if (this.#windows.clean(window)) this.#records.settle(window.startMs, settledCode(window));
    }
    for (const window of this.#windows.forgetClosed(this.#streamTimeMs)) {
      const isLargest = window.level === this.#levels - 1;
      if (isLargest) this.#records.forget(window.startMs, window.endMs);
    }
    return emissions;
  }

  #rollUp(): void {
    this.#records.rollUp((paneStartMs, delta) => {
      for (let level = 0; level < this.#levels; level += 1) {
        const { acc } = this.#windows.at(level, paneStartMs);
        if (acc !== null) mergeInto(acc, delta);
      }
    });
  }

  /** Null if there is nothing to say: never a bar so far (M1), or no change of values or status (V3). */
  #publish(window: BarWindow): BarEmission | null {
    const acc = this.#accumulatorOf(window);
    const values = this.#valuesOf(window, acc);
    if (window.revision === 0 && values.openE18 === null) return null;
    const unchanged = window.values !== null && sameValues(window.values, values);
    const status = nextStatus(window.status, window.announced);
    // Only the announcement is a change of status alone; `revised` needs a change of values.
    if (unchanged && (status === window.status || status === 'revised')) return null;
    window.revision += 1;
    window.status = status;
    window.values = values;
    window.publishedAtMs = this.#streamTimeMs;
    return {
      windowSizeMs: window.endMs - window.startMs,
      windowStartMs: window.startMs,
      windowEndMs: window.endMs,
      revision: window.revision,
      status,
      cause: window.cause ?? 'update',
      n: acc.n,
      lateCount: window.lateCount,
      watermarkMs: this.#streamTimeMs,
      values,
    };
  }

  #accumulatorOf(window: BarWindow): Accumulator {
    if (window.acc !== null) return window.acc;
    const acc = emptyAccumulator();
    for (const pane of this.#records.within(window.startMs, window.endMs)) {
      mergePane(acc, pane, window.level);
    }
    window.acc = acc;
    return acc;
  }

  #valuesOf(window: BarWindow, acc: Accumulator): BarValues {
    const carries = window.endMs - window.startMs === this.#config.volatilitySizeMs;
    return barValues(acc, carries ? realisedVolatility(this.#closesOf(window)) : null);
  }

  /** The closes of its seconds, where they have one; the scale cancels in the returns. */
  #closesOf(window: BarWindow): number[] {
    const closes: number[] = [];
    for (const pane of this.#records.within(window.startMs, window.endMs)) {
      const print = closingPrint(pane, window.level);
      if (print !== null) closes.push(Number(print.priceE18));
    }
    return closes;
  }

  takeDirtyParts(): DirtyPart[] {
    const parts = this.#records.takeParts();
    const moved = this.#streamTimeMs !== this.#storedStreamTimeMs;
    const header = this.#windows.takeHeader(this.#streamTimeMs, moved);
    this.#storedStreamTimeMs = this.#streamTimeMs;
    return header === null ? parts : [{ part: HEADER, body: utf8.encode(header) }, ...parts];
  }

  restore(parts: Iterable<{ readonly part: string; readonly body: Uint8Array }>): void {
    let header: string | null = null;
    for (const { part, body } of parts) {
      if (part === HEADER) header = fromUtf8.decode(body);
      else this.#records.restorePart(part, body);
    }
    if (header === null) return;
    const { streamTimeMs, windows } = decodeHeader(header, this.#config.sizesMs);
    this.#streamTimeMs = streamTimeMs;
    this.#storedStreamTimeMs = streamTimeMs;
    const active = new Set(windows.map(({ level, startMs }) => `${level} ${startMs}`));
    for (const [startMs, code] of this.#records.settled()) {
      const closed = isLate(startMs + PANE_MS, this.#acceptMs, streamTimeMs);
      if (closed || active.has(`0 ${startMs}`)) continue;
      this.#adopt(settledWindow(0, startMs, PANE_MS, code));
    }
    for (const window of windows) this.#adopt(window);
  }

  #adopt(window: BarWindow): void {
    this.#windows.adopt(window);
    // Without a pending change the records give exactly what was published last.
    const clean = window.cause === null && window.revision > 0;
    if (clean) window.values = this.#valuesOf(window, this.#accumulatorOf(window));
  }
}

const NO_PAIRS: readonly LatePair[] = [];
const APPLIED: Applied = { verdict: 'applied', latePairs: NO_PAIRS };
const UNKNOWN_TARGET: Applied = {
  verdict: 'late',
  latePairs: [{ windowSizeMs: 0, windowStartMs: 0, latenessMs: 0, reason: 'unknown_target' }],
};
const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();
