import { usToMs } from '@groundswell/domain';
import {
  isLate,
  latenessMs,
  nextStatus,
  tumblingStart,
  type WindowStatus,
} from '@groundswell/windows';
import { HourCounts } from './hour-counts.ts';
import { keptMention, type KeptMention } from './kept-mention.ts';
import { MentionStore, type DirtyPart } from './mention-store.ts';
import { checkMoodConfig, type MoodConfig } from './mood-config.ts';
import {
  compareCorrections,
  orderOf,
  type Applied,
  type CancelEvent,
  type CorrectEvent,
  type LatePair,
  type MentionEvent,
  type MoodEvent,
} from './mood-event.ts';
import type { MoodRecord } from './mood-record.ts';
import { moodValues, type MoodValues } from './mood-values.ts';
import { fromRow, toRow, type MoodCause, type MoodWindow, type WindowRow } from './mood-window.ts';
import { hashText } from './text-hash.ts';
import { WindowBook, type MoodClocks } from './window-book.ts';

/** One published state of one window. */
export interface MoodEmission {
  readonly windowSizeMs: number;
  readonly windowStartMs: number;
  readonly windowEndMs: number;
  /** From 1, rising by one per emission of the window (V3). */
  readonly revision: number;
  readonly status: WindowStatus;
  readonly cause: MoodCause;
  readonly lateCount: number;
  /** T at emission. */
  readonly watermarkMs: number;
  readonly values: MoodValues;
}

/** The windows of one instrument, as a state machine of event time only. */
export interface MoodWindows {
  /** Count one mention. Duplicates must not arrive; what is dated in the future must have been quarantined (W6). */
  apply(event: MoodEvent): Applied;
  /** Announce windows as final: by T, by the partition's clock, or because the partition is idle (W4). */
  advance(clocks: Omit<MoodClocks, 'streamTimeMs'>): void;
  /** Earliest time at which T announces a window or lets out a change of it, null if nothing waits. */
  readonly pendingAtMs: number | null;
  /** What to publish since the last call, by (size, start). Closed windows are forgotten here. */
  takeEmissions(): MoodEmission[];
  /** What to store since the last call. Take it after the emissions, in the same transaction. */
  takeDirtyParts(): DirtyPart[];
}

/**
 * The windows whose stored parts these are, in any order; none gives new ones.
 * @param smallMarket low capitalisation or dollar volume, or neither is known (S68)
 * @throws GroundswellError GW_BAD_CONFIG
 */
export function openMoodWindows(
  config: MoodConfig,
  smallMarket: boolean,
  parts: Iterable<{ readonly part: string; readonly body: Uint8Array }>,
): MoodWindows {
  checkMoodConfig(config);
  const windows = new Windows(config, smallMarket);
  windows.restore(parts);
  return windows;
}

const HEADER = '';
const HOURS = 'h';

/** Mentions are kept one by one and a window is computed from its set when it is published: nothing can run out of step (S60). */
class Windows implements MoodWindows {
  readonly #config: MoodConfig;
  readonly #smallMarket: boolean;
  readonly #acceptMs: number;
  readonly #levels: number;
  readonly #mentions: MentionStore;
  readonly #book: WindowBook;
  readonly #hours = new HourCounts();
  readonly #buzzLevel: number;
  /** T (W2); -1: no mention yet. */
  #streamTimeMs = -1;
  #storedStreamTimeMs = -1;

  constructor(config: MoodConfig, smallMarket: boolean) {
    this.#config = config;
    this.#smallMarket = smallMarket;
    this.#acceptMs = config.graceMs + config.correctionMs;
    this.#levels = config.sizesMs.length;
    this.#mentions = new MentionStore(config.sizesMs[0] ?? 1);
    this.#book = new WindowBook(config);
    this.#buzzLevel = config.sizesMs.indexOf(config.buzzSizeMs);
  }

  apply(event: MoodEvent): Applied {
    return event.kind === 'mention' ? this.#mention(event) : this.#correction(event);
  }

  #mention(event: MentionEvent): Applied {
    const tsMs = usToMs(event.record.eventTimeUs);
    this.#streamTimeMs = Math.max(this.#streamTimeMs, tsMs);
    const latePairs = this.#latePairs(tsMs, null);
    // Windows nest: a larger one closes later.
    const fromLevel = latePairs.length;
    if (fromLevel === this.#levels) return { verdict: 'late', latePairs };
    this.#mentions.add(keptMention(event, fromLevel, this.#levels));
    for (let level = fromLevel; level < this.#levels; level += 1) {
      const window = this.#book.at(level, tsMs);
      const past = window.announced || this.#streamTimeMs >= window.endMs + this.#config.graceMs;
      this.#book.touch(window, past ? 'late' : 'update');
      if (level === this.#buzzLevel) this.#hours.heard(window.startMs);
    }
    return { verdict: 'applied', latePairs };
  }

  #correction(event: CancelEvent | CorrectEvent): Applied {
    const kept = this.#mentions.get(event.ref);
    if (kept === undefined) return UNKNOWN_TARGET;
    const movedToMs = event.kind === 'correct' ? usToMs(event.record.eventTimeUs) : null;
    const pairs = this.#latePairs(kept.tsMs, movedToMs, false);
    // Closed everywhere: whether its mentions are forgotten yet is chance, the answer must not be.
    if (pairs[this.#levels - 1]?.reason === 'window_closed') return UNKNOWN_TARGET;
    for (const { windowSizeMs, windowStartMs } of pairs) {
      this.#book.countLate(this.#config.sizesMs.indexOf(windowSizeMs), windowStartMs);
    }
    if (pairs.length === this.#levels) return { verdict: 'late', latePairs: pairs };
    for (let level = pairs.length; level < this.#levels; level += 1) {
      if (revise(kept, level, event)) this.#book.touch(this.#book.at(level, kept.tsMs), event.kind);
    }
    this.#mentions.changed(kept.id);
    return { verdict: 'applied', latePairs: pairs };
  }

  /** The windows of an instant that accept nothing more, or that a correction would leave, smallest first (W3, W8). */
  #latePairs(tsMs: number, movedToMs: number | null, count = true): readonly LatePair[] {
    const pairs: LatePair[] = [];
    for (const [level, windowSizeMs] of this.#config.sizesMs.entries()) {
      const windowStartMs = tumblingStart(tsMs, windowSizeMs);
      const endMs = windowStartMs + windowSizeMs;
      const closed = isLate(endMs, this.#acceptMs, this.#streamTimeMs);
      const moved = movedToMs !== null && tumblingStart(movedToMs, windowSizeMs) !== windowStartMs;
      if (!closed && !moved) break;
      if (count) this.#book.countLate(level, windowStartMs);
      pairs.push({
        windowSizeMs,
        windowStartMs,
        latenessMs: Math.max(0, latenessMs(endMs, this.#acceptMs, this.#streamTimeMs)),
        reason: closed ? 'window_closed' : 'moved_window',
      });
    }
    return pairs;
  }

  advance(clocks: Omit<MoodClocks, 'streamTimeMs'>): void {
    this.#book.announce({ streamTimeMs: this.#streamTimeMs, ...clocks });
  }

  get pendingAtMs(): number | null {
    return this.#book.pendingAtMs;
  }

  takeEmissions(): MoodEmission[] {
    const emissions: MoodEmission[] = [];
    for (const window of this.#book.due(this.#streamTimeMs)) {
      const emission = this.#publish(window);
      if (emission !== null) emissions.push(emission);
      this.#book.clean(window);
    }
    for (const { level, startMs, endMs } of this.#book.forgetClosed(this.#streamTimeMs)) {
      if (level === this.#buzzLevel) {
        this.#hours.close(startMs, this.#recordsOf(level, startMs, endMs).length);
      }
      if (level === this.#levels - 1) this.#mentions.forget(startMs, endMs);
    }
    return emissions;
  }

  /** Null if there is nothing to say: never a mention so far, or no change of values or status (V3). */
  #publish(window: MoodWindow): MoodEmission | null {
    const values = this.#valuesOf(window);
    if (window.revision === 0 && values.n === 0) return null;
    const digest = hashText(JSON.stringify(values)).toString(36);
    const status = nextStatus(window.status, window.announced);
    // Only the announcement is a change of status alone; `revised` needs a change of values.
    const unchanged = digest === window.digest;
    if (unchanged && (status === window.status || status === 'revised')) return null;
    window.revision += 1;
    window.status = status;
    window.digest = digest;
    window.publishedAtMs = this.#streamTimeMs;
    return {
      windowSizeMs: window.endMs - window.startMs,
      windowStartMs: window.startMs,
      windowEndMs: window.endMs,
      revision: window.revision,
      status,
      cause: window.cause ?? 'update',
      lateCount: window.lateCount,
      watermarkMs: this.#streamTimeMs,
      values,
    };
  }

  #valuesOf({ level, startMs, endMs }: MoodWindow): MoodValues {
    const { halfLifeMs, maxRecords, buzzSizeMs } = this.#config;
    const openCount = (hourMs: number): number | undefined =>
      this.#book.find(level, hourMs) === undefined
        ? undefined
        : this.#recordsOf(level, hourMs, hourMs + buzzSizeMs).length;
    return moodValues(this.#recordsOf(level, startMs, endMs), {
      windowEndMs: endMs,
      halfLifeMs,
      maxRecords,
      smallMarket: this.#smallMarket,
      buzzHistory: level === this.#buzzLevel ? this.#hours.history(startMs, openCount) : [],
    });
  }

  #recordsOf(level: number, startMs: number, endMs: number): MoodRecord[] {
    const records: MoodRecord[] = [];
    for (const { versions } of this.#mentions.within(startMs, endMs)) {
      const version = versions[level] ?? null;
      if (version !== null) records.push(version.record);
    }
    return records;
  }

  takeDirtyParts(): DirtyPart[] {
    const parts = this.#mentions.takeParts();
    const hours = this.#hours.take();
    if (hours !== null) parts.unshift({ part: HOURS, body: utf8.encode(hours) });
    const moved = this.#streamTimeMs !== this.#storedStreamTimeMs;
    if (this.#book.takeChanged() || moved) {
      this.#storedStreamTimeMs = this.#streamTimeMs;
      const header: Header = [this.#streamTimeMs, this.#book.list().map(toRow)];
      parts.unshift({ part: HEADER, body: utf8.encode(JSON.stringify(header)) });
    }
    return parts;
  }

  restore(parts: Iterable<{ readonly part: string; readonly body: Uint8Array }>): void {
    for (const { part, body } of parts) {
      if (part === HEADER) this.#restoreHeader(fromUtf8.decode(body));
      else if (part === HOURS) this.#hours.restore(fromUtf8.decode(body));
      else this.#mentions.restorePart(part, body);
    }
  }

  #restoreHeader(body: string): void {
    const [streamTimeMs, rows] = JSON.parse(body) as Header;
    this.#streamTimeMs = streamTimeMs;
    this.#storedStreamTimeMs = streamTimeMs;
    for (const row of rows) this.#book.adopt(fromRow(row, this.#config.sizesMs));
  }
}

type Header = readonly [streamTimeMs: number, windows: readonly WindowRow[]];

/**
 * Apply a correction at one size whose window accepts it. A CANCEL is terminal (C14): what a size no longer counts, it never counts again.
 * @returns whether that size now counts something else
 */
function revise(kept: KeptMention, level: number, event: CancelEvent | CorrectEvent): boolean {
  const version = kept.versions[level] ?? null;
  if (version === null) return false;
  if (event.kind === 'cancel') {
    kept.versions[level] = null;
    return true;
  }
  const correction = orderOf(event);
  const stands = version.correction;
  if (stands !== null && compareCorrections(stands, correction) > 0) return false;
  kept.versions[level] = { record: event.record, correction };
  return true;
}

const UNKNOWN_TARGET: Applied = {
  verdict: 'late',
  latePairs: [{ windowSizeMs: 0, windowStartMs: 0, latenessMs: 0, reason: 'unknown_target' }],
};
const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();
