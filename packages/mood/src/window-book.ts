import { isFinalDue, isLate, tumblingStart, type Clocks } from '@groundswell/windows';
import type { MoodConfig } from './mood-config.ts';
import {
  compareWindows,
  emptyWindow,
  graver,
  type MoodCause,
  type MoodWindow,
} from './mood-window.ts';

/** What may announce a window; `wallClockMs` says how far silence reaches. */
export interface MoodClocks extends Clocks {
  readonly wallClockMs: number;
}

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
  /** What the clocks of the last announcement let out at once. */
  readonly #unthrottled = new Set<MoodWindow>();
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

  /**
   * Announce what the clocks make final, and remember what else they let out. Silence announces only windows whose grace is over by the
   * wall clock: a crowd falls silent for seconds and goes on in the same hour.
   */
  announce(clocks: MoodClocks): void {
    for (const window of [...this.#open, ...this.#dirty]) {
      const isOver = window.endMs + this.#config.graceMs <= clocks.wallClockMs;
      if (!isFinalDue(window.endMs, this.#config, { ...clocks, idle: clocks.idle && isOver }))
        continue;
      this.#unthrottled.add(window);
      if (window.announced) continue;
      window.announced = true;
      this.#open.delete(window);
      this.touch(window, 'update');
    }
  }

  /** Earliest time at which T announces a window or lets out what waits, null if nothing does. */
  get pendingAtMs(): number | null {
    let earliestMs = Infinity;
    for (const { endMs } of this.#open) earliestMs = Math.min(earliestMs, endMs);
    for (const { endMs } of this.#dirty) earliestMs = Math.min(earliestMs, endMs);
    return earliestMs === Infinity ? null : earliestMs + this.#config.graceMs;
  }

  /**
   * The dirty windows whose turn it is. Changes are throttled by event time until the clocks say that the window is over, then nothing
   * waits. That an idle partition announced it does not end the throttling: crowds fall silent for a while and go on in the same hour.
   */
  due(streamTimeMs: number): MoodWindow[] {
    const due = [...this.#dirty].filter((window) => {
      const updateMs = this.#config.updateMs[window.level] ?? 0;
      const { publishedAtMs } = window;
      const waits = publishedAtMs !== null && streamTimeMs - publishedAtMs < updateMs;
      return !waits || this.#unthrottled.has(window);
    });
    this.#unthrottled.clear();
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
