import { isFinalDue, isLate, tumblingStart, type Clocks } from '@groundswell/windows';
import type { MoodConfig } from './mood-config.ts';
import {
  compareWindows,
  emptyWindow,
  graver,
  type MoodCause,
  type MoodWindow,
} from './mood-window.ts';

/**
 * The windows of one instrument that still accept mentions or have something to say. Invariants: a window is *open* until it is
 * announced, *dirty* while it has a cause, and kept until it is closed by T, announced and clean.
 */
export class WindowBook {
  readonly #config: MoodConfig;
  readonly #acceptMs: number;
  /** Per level, by start. */
  readonly #windows: readonly Map<number, MoodWindow>[];
  readonly #dirty = new Set<MoodWindow>();
  readonly #open = new Set<MoodWindow>();
  #changed = false;

  constructor(config: MoodConfig) {
    this.#config = config;
    this.#acceptMs = config.graceMs + config.correctionMs;
    this.#windows = config.sizesMs.map(() => new Map<number, MoodWindow>());
  }

  find(level: number, startMs: number): MoodWindow | undefined {
    return this.#windows[level]?.get(startMs);
  }

  /** The window of a level that holds the instant, created when it is the first to ask. */
  at(level: number, tsMs: number): MoodWindow {
    const sizeMs = this.#config.sizesMs[level] ?? 0;
    const startMs = tumblingStart(tsMs, sizeMs);
    const known = this.find(level, startMs);
    if (known !== undefined) return known;
    const window = emptyWindow(level, startMs, sizeMs);
    this.adopt(window);
    return window;
  }

  /** Take over a window, new or restored. */
  adopt(window: MoodWindow): void {
    this.#windows[window.level]?.set(window.startMs, window);
    if (!window.announced) this.#open.add(window);
    if (window.cause !== null) this.#dirty.add(window);
  }

  /** Its contents may differ from what is published. */
  touch(window: MoodWindow, cause: MoodCause): void {
    window.cause = graver(window.cause, cause);
    this.#dirty.add(window);
    this.#changed = true;
  }

  /** It is published, or has nothing to say. */
  clean(window: MoodWindow): void {
    window.cause = null;
    this.#dirty.delete(window);
    this.#changed = true;
  }

  countLate(level: number, startMs: number): void {
    const window = this.find(level, startMs);
    if (window === undefined) return;
    window.lateCount += 1;
    this.#changed = true;
  }

  announce(clocks: Clocks): void {
    for (const window of this.#open) {
      if (!isFinalDue(window.endMs, this.#config, clocks)) continue;
      window.announced = true;
      this.#open.delete(window);
      this.touch(window, 'update');
    }
  }

  /** Earliest time at which T announces a window, null if none waits. */
  get pendingAtMs(): number | null {
    let earliestMs = Infinity;
    for (const { endMs } of this.#open) earliestMs = Math.min(earliestMs, endMs);
    return earliestMs === Infinity ? null : earliestMs + this.#config.graceMs;
  }

  /** The dirty windows whose turn it is: updates are throttled by event time until the announcement, then nothing waits. */
  due(streamTimeMs: number): MoodWindow[] {
    const due = [...this.#dirty].filter(({ announced, publishedAtMs, level }) => {
      const updateMs = this.#config.updateMs[level] ?? 0;
      return announced || publishedAtMs === null || streamTimeMs - publishedAtMs >= updateMs;
    });
    return due.sort(compareWindows);
  }

  /** Drop the windows that accept nothing more and have said everything. @returns them, smaller sizes first */
  forgetClosed(streamTimeMs: number): MoodWindow[] {
    const closed = this.#all().filter(
      ({ announced, cause, endMs }) =>
        announced && cause === null && isLate(endMs, this.#acceptMs, streamTimeMs),
    );
    for (const { level, startMs } of closed) this.#windows[level]?.delete(startMs);
    if (closed.length > 0) this.#changed = true;
    return closed;
  }

  /** Did any window change since the last call? */
  takeChanged(): boolean {
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  /** All windows, sorted. */
  list(): readonly MoodWindow[] {
    return this.#all().sort(compareWindows);
  }

  #all(): MoodWindow[] {
    return this.#windows.flatMap((windows) => [...windows.values()]);
  }
}
