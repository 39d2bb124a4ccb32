import { isFinalDue, isLate, tumblingStart, type Clocks } from '@groundswell/windows';
import { PANE_MS, type BarConfig } from './bar-config.ts';
import {
  compareWindows,
  emptyWindow,
  graver,
  type BarCause,
  type BarWindow,
} from './bar-window.ts';
import { encodeHeader, isSettled } from './series-header.ts';

/**
 * The windows of one entity that still accept records or have something to say. Invariants: a window is *open* until it is
 * announced, *dirty* while it has a cause, and kept until it is closed by T, announced and clean.
 */
export class WindowBook {
  readonly #config: BarConfig;
  readonly #acceptMs: number;
  /** Per level, by start. */
  readonly #windows: Map<number, BarWindow>[];
  /** Per level the window last asked for, almost always the next too. Once forgotten it is closed: nobody asks. */
  readonly #hot: BarWindow[] = [];
  readonly #dirty = new Set<BarWindow>();
  readonly #open = new Set<BarWindow>();
  /** What the stored header must hold: all but settled windows of one second, which their pane holds. */
  readonly #inHeader = new Set<BarWindow>();
  /** No window closes before this T. */
  #nextCloseMs = Infinity;
  #changed = false;

  constructor(config: BarConfig) {
    this.#config = config;
    this.#acceptMs = config.graceMs + config.correctionMs;
    this.#windows = config.sizesMs.map(() => new Map<number, BarWindow>());
  }

  /** The window of a level that holds the instant, created when it is the first to ask. */
  at(level: number, tsMs: number): BarWindow {
    const hot = this.#hot[level];
    if (hot !== undefined && hot.startMs <= tsMs && tsMs < hot.endMs) return hot;
    const sizeMs = this.#config.sizesMs[level] ?? 0;
    const startMs = tumblingStart(tsMs, sizeMs);
    const window = this.#windows[level]?.get(startMs) ?? this.#create(level, startMs, sizeMs);
    this.#hot[level] = window;
    return window;
  }

  #create(level: number, startMs: number, sizeMs: number): BarWindow {
    const window = emptyWindow(level, startMs, sizeMs);
    this.#keep(window);
    return window;
  }

  #keep(window: BarWindow): void {
    this.#windows[window.level]?.set(window.startMs, window);
    if (!window.announced) this.#open.add(window);
    if (window.cause !== null) this.#dirty.add(window);
    this.#inHeader.add(window);
    this.#nextCloseMs = Math.min(this.#nextCloseMs, window.endMs + this.#acceptMs);
  }

  /** Take over a restored window. */
  adopt(window: BarWindow): void {
    this.#keep(window);
    if (isInPane(window)) this.#inHeader.delete(window);
  }

  /** Its contents may differ from what is published. */
  touch(window: BarWindow, cause: BarCause): void {
    if (window.cause === cause) return;
    window.cause = graver(window.cause, cause);
    this.#dirty.add(window);
    this.#inHeader.add(window);
    this.#changed = true;
  }

  /** It is published, or has nothing to say. @returns whether its state belongs into its pane now */
  clean(window: BarWindow): boolean {
    window.cause = null;
    this.#dirty.delete(window);
    this.#changed = true;
    return isInPane(window) && this.#inHeader.delete(window);
  }

  countLate(level: number, startMs: number): void {
    const window = this.#windows[level]?.get(startMs);
    if (window === undefined) return;
    window.lateCount += 1;
    this.#inHeader.add(window);
    this.#changed = true;
  }

  announce(clocks: Clocks): void {
    for (const window of this.#open) {
      if (!isFinalDue(window.endMs, this.#config, clocks)) continue;
      window.announced = true;
      this.#open.delete(window);
      this.#changed = true;
      this.touch(window, 'update');
    }
  }

  get pendingAtMs(): number | null {
    let earliestMs = Infinity;
    for (const window of this.#open) earliestMs = Math.min(earliestMs, window.endMs);
    return earliestMs === Infinity ? null : earliestMs + this.#config.graceMs;
  }

  /** The dirty windows whose turn it is: updates are throttled by event time until the announcement, then nothing waits. */
  due(streamTimeMs: number): BarWindow[] {
    const due: BarWindow[] = [];
    for (const window of this.#dirty) {
      const { announced, publishedAtMs, level } = window;
      const updateMs = this.#config.updateMs[level] ?? 0;
      const waits = !announced && publishedAtMs !== null && streamTimeMs - publishedAtMs < updateMs;
      if (!waits) due.push(window);
    }
    return due.sort(compareWindows);
  }

  /** Drop the windows that accept nothing more and have said everything. @returns them */
  forgetClosed(streamTimeMs: number): BarWindow[] {
    if (streamTimeMs < this.#nextCloseMs) return [];
    const forgotten: BarWindow[] = [];
    this.#nextCloseMs = Infinity;
    for (const windows of this.#windows) {
      for (const window of windows.values()) {
        const silent = window.announced && window.cause === null;
        if (silent && isLate(window.endMs, this.#acceptMs, streamTimeMs)) {
          windows.delete(window.startMs);
          this.#inHeader.delete(window);
          forgotten.push(window);
          this.#changed = true;
        } else {
          this.#nextCloseMs = Math.min(this.#nextCloseMs, window.endMs + this.#acceptMs);
        }
      }
    }
    return forgotten;
  }

  /** The header to store, null if it is as it was at the last call, T aside. */
  takeHeader(streamTimeMs: number, streamTimeChanged: boolean): string | null {
    if (!this.#changed && !streamTimeChanged) return null;
    this.#changed = false;
    return encodeHeader(streamTimeMs, this.#inHeader);
  }
}

function isInPane(window: BarWindow): boolean {
  return window.endMs - window.startMs === PANE_MS && isSettled(window);
}
