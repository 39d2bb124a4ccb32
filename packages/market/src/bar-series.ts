import {
  isFinalDue,
  isLate,
  latenessMs,
  nextStatus,
  tumblingStart,
  type WindowStatus,
} from '@groundswell/windows';
import { addPrint, emptyAccumulator, type Accumulator } from './accumulator.ts';
import { PANE_MS, checkBarConfig, type BarConfig } from './bar-config.ts';
import { barValues, sameValues, type BarValues } from './bar-values.ts';
import {
  compareWindows,
  emptyWindow,
  graver,
  type BarCause,
  type BarWindow,
} from './bar-window.ts';
import { planCorrection } from './correction.ts';
import type {
  Applied,
  CancelEvent,
  CorrectEvent,
  LatePair,
  MarketEvent,
  TradeEvent,
} from './market-event.ts';
import {
  closingPrint,
  decodePane,
  emptyPane,
  encodePane,
  findPlain,
  mergePane,
  paneStart,
  removePlain,
  type Pane,
} from './pane.ts';
import type { Version } from './record-codec.ts';
import { decodeHeader, encodeHeader } from './series-header.ts';
import { realisedVolatility } from './volatility.ts';

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

/** A piece of stored state that changed; a null body deletes it. */
export interface DirtyPart {
  readonly part: string;
  readonly body: Uint8Array | null;
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
 * The series whose taken parts these are, in any order.
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
const PANE_PREFIX = 'r';

/**
 * Records live in panes of one second, windows roll them up. Invariants:
 * - a window's accumulator, if present, is exactly what its panes give for its level;
 * - `dirty` holds the windows with a cause, `open` those not announced;
 * - a pane lives as long as the largest window around it; a window until it is closed by T, announced, and published.
 */
class Series implements BarSeries {
  readonly #config: BarConfig;
  readonly #acceptMs: number;
  readonly #topLevel: number;
  readonly #panes = new Map<number, Pane>();
  readonly #windows: Map<number, BarWindow>[];
  readonly #dirty = new Set<BarWindow>();
  readonly #open = new Set<BarWindow>();
  #streamTimeMs = -1;
  /** No window closes before this T. */
  #nextCloseMs = Infinity;
  readonly #dirtyPanes = new Set<Pane>();
  #deletedPanes: number[] = [];
  #headerDirty = false;

  constructor(config: BarConfig) {
    this.#config = config;
    this.#acceptMs = config.graceMs + config.correctionMs;
    this.#topLevel = config.sizesMs.length - 1;
    this.#windows = config.sizesMs.map(() => new Map<number, BarWindow>());
  }

  apply(event: MarketEvent): Applied {
    return event.kind === 'trade' ? this.#trade(event) : this.#correction(event);
  }

  #trade(trade: TradeEvent): Applied {
    const { sizesMs } = this.#config;
    if (trade.tsMs > this.#streamTimeMs) {
      this.#streamTimeMs = trade.tsMs;
      this.#headerDirty = true;
    }
    let level = 0;
    let latePairs = NO_PAIRS;
    for (; level < sizesMs.length; level += 1) {
      const late = this.#latePair(trade.tsMs, level);
      if (late === null) break;
      latePairs = [...latePairs, late];
    }
    if (level === sizesMs.length) return { verdict: 'late', latePairs };
    this.#store(trade, level);
    for (; level < sizesMs.length; level += 1) {
      const window = this.#windowAt(level, trade.tsMs);
      if (window.acc !== null) addPrint(window.acc, trade);
      const past = window.announced || this.#streamTimeMs >= window.endMs + this.#config.graceMs;
      this.#touch(window, past ? 'late' : 'update');
    }
    return latePairs === NO_PAIRS ? APPLIED : { verdict: 'applied', latePairs };
  }

  #latePair(tsMs: number, level: number): LatePair | null {
    const windowSizeMs = this.#config.sizesMs[level] as number;
    const windowStartMs = tumblingStart(tsMs, windowSizeMs);
    const endMs = windowStartMs + windowSizeMs;
    if (!isLate(endMs, this.#acceptMs, this.#streamTimeMs)) return null;
    this.#countLate(level, windowStartMs);
    const lateMs = latenessMs(endMs, this.#acceptMs, this.#streamTimeMs);
    return { windowSizeMs, windowStartMs, latenessMs: lateMs, reason: 'window_closed' };
  }

  /** Keep the record for corrections. @param fromLevel the first level that accepts it */
  #store(trade: TradeEvent, fromLevel: number): void {
    const pane = this.#paneAt(trade.tsMs);
    if (fromLevel === 0) {
      pane.fresh.push(trade);
      addPrint(pane.acc, trade);
    } else {
      const toLevel = this.#topLevel + 1;
      pane.versions.push({
        print: trade,
        fromLevel,
        toLevel,
        correctionId: null,
        cancelled: false,
      });
    }
    this.#dirtyPanes.add(pane);
  }

  #correction(event: CancelEvent | CorrectEvent): Applied {
    const known = this.#versionsOf(event.ref);
    if (known.length === 0) return UNKNOWN_TARGET;
    const plan = planCorrection(event, known, this.#config, this.#streamTimeMs);
    for (const [level, pair] of plan.latePairs.entries()) {
      this.#countLate(level, pair.windowStartMs);
    }
    if (plan.acceptLevel > this.#topLevel) return { verdict: 'late', latePairs: plan.latePairs };
    this.#replaceVersions(event.ref, plan.versions);
    for (const { level, windowStartMs } of plan.touched) {
      const window = this.#windowAt(level, windowStartMs);
      window.acc = null;
      this.#touch(window, event.kind);
    }
    return { verdict: 'applied', latePairs: plan.latePairs };
  }

  /** All versions of a trade; a plain print is the version of every level. Scans all panes: corrections are rare. */
  #versionsOf(id: string): Version[] {
    const found: Version[] = [];
    for (const pane of this.#panes.values()) {
      const print = findPlain(pane, id);
      if (print !== null) {
        const toLevel = this.#topLevel + 1;
        found.push({ print, fromLevel: 0, toLevel, correctionId: null, cancelled: false });
      }
      found.push(...pane.versions.filter((version) => version.print.id === id));
    }
    return found;
  }

  #replaceVersions(id: string, versions: readonly Version[]): void {
    for (const pane of this.#panes.values()) {
      const others = pane.versions.filter((version) => version.print.id !== id);
      const plain = findPlain(pane, id) !== null;
      if (plain) removePlain(pane, id);
      if (plain || others.length < pane.versions.length) this.#dirtyPanes.add(pane);
      pane.versions = others;
    }
    for (const version of versions) {
      const pane = this.#paneAt(version.print.tsMs);
      pane.versions.push(version);
      this.#dirtyPanes.add(pane);
    }
  }

  #paneAt(tsMs: number): Pane {
    const startMs = paneStart(tsMs);
    let pane = this.#panes.get(startMs);
    if (pane === undefined) {
      pane = emptyPane(startMs);
      this.#panes.set(startMs, pane);
    }
    return pane;
  }

  #windowAt(level: number, tsMs: number): BarWindow {
    const sizeMs = this.#config.sizesMs[level] as number;
    const startMs = tumblingStart(tsMs, sizeMs);
    const windows = this.#windows[level] as Map<number, BarWindow>;
    let window = windows.get(startMs);
    if (window === undefined) {
      window = emptyWindow(level, startMs, sizeMs);
      windows.set(startMs, window);
      this.#open.add(window);
      this.#nextCloseMs = Math.min(this.#nextCloseMs, window.endMs + this.#acceptMs);
    }
    return window;
  }

  #touch(window: BarWindow, cause: BarCause): void {
    if (window.cause === cause) return;
    window.cause = graver(window.cause, cause);
    this.#dirty.add(window);
    this.#headerDirty = true;
  }

  #countLate(level: number, windowStartMs: number): void {
    const window = this.#windows[level]?.get(windowStartMs);
    if (window === undefined) return;
    window.lateCount += 1;
    this.#headerDirty = true;
  }

  advance(clocks: { readonly partitionClockMs: number; readonly idle: boolean }): void {
    const all = { ...clocks, streamTimeMs: this.#streamTimeMs };
    for (const window of this.#open) {
      if (!isFinalDue(window.endMs, this.#config, all)) continue;
      window.announced = true;
      this.#open.delete(window);
      this.#headerDirty = true;
      this.#touch(window, 'update');
    }
  }

  get pendingAtMs(): number | null {
    let earliestMs = Infinity;
    for (const window of this.#open) earliestMs = Math.min(earliestMs, window.endMs);
    return earliestMs === Infinity ? null : earliestMs + this.#config.graceMs;
  }

  takeEmissions(): BarEmission[] {
    const emissions: BarEmission[] = [];
    for (const window of [...this.#dirty].sort(compareWindows)) {
      if (!this.#isDue(window)) continue;
      const emission = this.#publish(window);
      if (emission !== null) emissions.push(emission);
      window.cause = null;
      this.#dirty.delete(window);
      this.#headerDirty = true;
    }
    if (this.#streamTimeMs >= this.#nextCloseMs) this.#forgetClosed();
    return emissions;
  }

  /** Provisional updates are throttled by event time; after the announcement nothing waits. */
  #isDue(window: BarWindow): boolean {
    if (window.announced || window.publishedAtMs === null) return true;
    const updateMs = this.#config.updateMs[window.level] as number;
    return this.#streamTimeMs - window.publishedAtMs >= updateMs;
  }

  /** Null if there is nothing to say: never a bar so far (M1), or no change of values or status (V3). */
  #publish(window: BarWindow): BarEmission | null {
    const acc = this.#accumulatorOf(window);
    const values = this.#valuesOf(window, acc);
    if (window.revision === 0 && values.openE18 === null) return null;
    const unchanged = window.values !== null && sameValues(window.values, values);
    const status = nextStatus(window.status, window.announced);
    // Only the announcement itself is a change of status alone; `revised` needs a change of values.
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
    for (const pane of this.#panesOf(window)) mergePane(acc, pane, window.level);
    window.acc = acc;
    return acc;
  }

  #valuesOf(window: BarWindow, acc: Accumulator): BarValues {
    const sized = window.endMs - window.startMs === this.#config.volatilitySizeMs;
    return barValues(acc, sized ? realisedVolatility(this.#closesOf(window)) : null);
  }

  *#closesOf(window: BarWindow): Generator<number> {
    for (const pane of this.#panesOf(window)) {
      const print = closingPrint(pane, window.level);
      if (print !== null) yield Number(print.priceE18);
    }
  }

  /** The window's panes in time order. */
  *#panesOf(window: BarWindow): Generator<Pane> {
    for (let startMs = window.startMs; startMs < window.endMs; startMs += PANE_MS) {
      const pane = this.#panes.get(startMs);
      if (pane !== undefined) yield pane;
    }
  }

  /** Forget windows that accept nothing more and have said everything, with the records that no other window needs. */
  #forgetClosed(): void {
    this.#nextCloseMs = Infinity;
    for (const windows of this.#windows) {
      for (const window of windows.values()) {
        const done = window.announced && window.cause === null;
        if (done && isLate(window.endMs, this.#acceptMs, this.#streamTimeMs)) {
          windows.delete(window.startMs);
          if (window.level === this.#topLevel) this.#forgetPanes(window);
          this.#headerDirty = true;
        } else {
          this.#nextCloseMs = Math.min(this.#nextCloseMs, window.endMs + this.#acceptMs);
        }
      }
    }
  }

  #forgetPanes(window: BarWindow): void {
    for (const pane of [...this.#panesOf(window)]) {
      this.#panes.delete(pane.startMs);
      this.#dirtyPanes.delete(pane);
      if (pane.stored) this.#deletedPanes.push(pane.startMs);
    }
  }

  takeDirtyParts(): DirtyPart[] {
    const bodies = new Map<number, Uint8Array | null>();
    for (const startMs of this.#deletedPanes) bodies.set(startMs, null);
    for (const pane of this.#dirtyPanes) {
      bodies.set(pane.startMs, utf8.encode(encodePane(pane)));
      pane.stored = true;
    }
    const parts: DirtyPart[] = [...bodies]
      .sort(([a], [b]) => a - b)
      .map(([startMs, body]) => ({ part: `${PANE_PREFIX}${startMs / PANE_MS}`, body }));
    if (this.#headerDirty) parts.unshift({ part: HEADER, body: utf8.encode(this.#header()) });
    this.#dirtyPanes.clear();
    this.#deletedPanes = [];
    this.#headerDirty = false;
    return parts;
  }

  #header(): string {
    const windows = this.#windows.flatMap((byStart) => [...byStart.values()]);
    return encodeHeader(this.#streamTimeMs < 0 ? null : this.#streamTimeMs, windows);
  }

  restore(parts: Iterable<{ readonly part: string; readonly body: Uint8Array }>): void {
    let header: string | null = null;
    for (const { part, body } of parts) {
      const text = fromUtf8.decode(body);
      if (part === HEADER) header = text;
      else {
        const startMs = Number(part.slice(PANE_PREFIX.length)) * PANE_MS;
        this.#panes.set(startMs, decodePane(startMs, text));
      }
    }
    if (header === null) return;
    const { streamTimeMs, windows } = decodeHeader(header, this.#config.sizesMs);
    this.#streamTimeMs = streamTimeMs ?? -1;
    for (const window of windows) this.#adopt(window);
  }

  #adopt(window: BarWindow): void {
    this.#windows[window.level]?.set(window.startMs, window);
    if (!window.announced) this.#open.add(window);
    if (window.cause !== null) this.#dirty.add(window);
    // Without a pending change the records give exactly what was published last.
    else if (window.revision > 0) {
      window.values = this.#valuesOf(window, this.#accumulatorOf(window));
    }
    this.#nextCloseMs = Math.min(this.#nextCloseMs, window.endMs + this.#acceptMs);
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
