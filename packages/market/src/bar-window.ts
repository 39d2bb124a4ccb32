import type { WindowStatus } from '@groundswell/windows';
import { emptyAccumulator, type Accumulator } from './accumulator.ts';
import type { BarValues } from './bar-values.ts';

/** Why a value was published: the gravest of the changes since the last publication (V1). */
export type BarCause = 'update' | 'late' | 'correct' | 'cancel';

const GRAVITY: readonly BarCause[] = ['update', 'late', 'correct', 'cancel'];

/** One window that still accepts records, or waits to be published for the last time. */
export interface BarWindow {
  /** Index of its size. */
  readonly level: number;
  readonly startMs: number;
  readonly endMs: number;
  /** All that it counts; null: to be rolled up from the panes again. */
  acc: Accumulator | null;
  /** Published so far: 0 = never. */
  revision: number;
  /** Of the last publication. */
  status: WindowStatus | null;
  values: BarValues | null;
  /** T at the last publication; null: never. Throttles provisional updates. */
  publishedAtMs: number | null;
  announced: boolean;
  /** Null: what is published is up to date. */
  cause: BarCause | null;
  /** Late pairs that named it while it was kept. */
  lateCount: number;
}

export function emptyWindow(level: number, startMs: number, sizeMs: number): BarWindow {
  return {
    level,
    startMs,
    endMs: startMs + sizeMs,
    acc: emptyAccumulator(),
    revision: 0,
    status: null,
    values: null,
    publishedAtMs: null,
    announced: false,
    cause: null,
    lateCount: 0,
  };
}

export function graver(known: BarCause | null, cause: BarCause): BarCause {
  if (known === null) return cause;
  return GRAVITY.indexOf(cause) > GRAVITY.indexOf(known) ? cause : known;
}

/** Smaller sizes first, then by time: the order of emissions. */
export function compareWindows(a: BarWindow, b: BarWindow): number {
  return a.level - b.level || a.startMs - b.startMs;
}
