import type { GapSpan, SourceHealth } from '../../lib/source-health.ts';
import { isoMs } from '../../lib/time.ts';
import type { CountedPage } from './rest.ts';

/**
 * What is known about a source in one cell of the day. `full`: events were seen or it has been live throughout, and no hole is known;
 * `filled`: a hole that was closed later; `behind`: it was not live; `gap`: an open hole; `none`: nothing is known.
 */
export type DayLevel = 'full' | 'filled' | 'behind' | 'gap' | 'none';

export interface DaySpan {
  /** Start of the first cell, epoch ms, a multiple of the size. */
  readonly firstMs: number;
  readonly sizeMs: number;
  readonly count: number;
}

export interface DayRow {
  readonly source: string;
  readonly levels: readonly DayLevel[];
  /** The row in words. */
  readonly summary: string;
}

const MINUTE_MS = 60_000;
export const spans = { '24h': [96, 15 * MINUTE_MS], '6h': [72, 5 * MINUTE_MS] } as const;
export type SpanName = keyof typeof spans;

/** Cells up to and with the one that holds `nowMs`. */
export function daySpan(name: SpanName, nowMs: number): DaySpan {
  const [count, sizeMs] = spans[name];
  const lastMs = Math.floor(nowMs / sizeMs) * sizeMs;
  return { firstMs: lastMs - (count - 1) * sizeMs, sizeMs, count };
}

/** Instants at which events of a source were seen, from windows with counts per source. */
export type Seen = ReadonlyMap<string, readonly number[]>;

export function seenIn(pages: readonly CountedPage[]): Seen {
  const seen = new Map<string, number[]>();
  for (const { items } of pages) {
    for (const { counts, window } of items) {
      for (const [source, count] of Object.entries(counts)) {
        if (count === 0) continue;
        const times = seen.get(source);
        if (times === undefined) seen.set(source, [isoMs(window.start)]);
        else times.push(isoMs(window.start));
      }
    }
  }
  return seen;
}

export function dayRow(
  health: SourceHealth,
  gaps: readonly GapSpan[],
  seen: Seen,
  span: DaySpan,
  nowMs: number,
): DayRow {
  const own = gaps.filter(({ source }) => source === health.source);
  const seenCells = new Set(
    (seen.get(health.source) ?? []).map((ms) => Math.floor((ms - span.firstMs) / span.sizeMs)),
  );
  const sinceMs = Math.max(...health.streams.map(({ since }) => isoMs(since)));
  const levels = Array.from({ length: span.count }, (_, index): DayLevel => {
    const startMs = span.firstMs + index * span.sizeMs;
    const endMs = Math.min(startMs + span.sizeMs, nowMs);
    const holes = own.filter((gap) => gap.fromMs < endMs && gap.toMs >= startMs);
    if (holes.some(({ closed }) => !closed)) return 'gap';
    if (holes.length > 0) return 'filled';
    const isSince = endMs > sinceMs;
    if (isSince && health.tone !== 'ok' && health.tone !== 'gap') return 'behind';
    return seenCells.has(index) || isSince ? 'full' : 'none';
  });
  return { source: health.source, levels, summary: summaryOf(levels) };
}

const words: Readonly<Record<DayLevel, string>> = {
  full: 'complete',
  filled: 'filled later',
  behind: 'not live',
  gap: 'with a gap',
  none: 'not known',
};

function summaryOf(levels: readonly DayLevel[]): string {
  return (Object.keys(words) as DayLevel[])
    .map((level) => [levels.filter((it) => it === level).length, words[level]] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${String(count)} ${word}`)
    .join(', ');
}

/** Top and height of a cell as shares of the row: levels differ in form, not in hue alone (P2). */
const forms: Readonly<Record<DayLevel, readonly [top: number, height: number]>> = {
  full: [0, 1],
  filled: [0, 1],
  behind: [0.5, 0.5],
  gap: [0, 1],
  none: [0.43, 0.14],
};

/** All cells of one level as one path, `width` px wide together, with a little room between them. */
export function cellPath(
  levels: readonly DayLevel[],
  level: DayLevel,
  width: number,
  height: number,
): string {
  const [top, share] = forms[level];
  const [y, h] = [(top * height).toFixed(1), (share * height).toFixed(1)];
  const step = width / levels.length;
  const w = Math.max(1, step - (step > 4 ? 1.2 : 0.5)).toFixed(2);
  return levels
    .map((it, index) => (it === level ? `M${(index * step).toFixed(2)} ${y}h${w}v${h}h-${w}z` : ''))
    .join('');
}
