import type { WindowStatus } from '@groundswell/windows';

/** Why a value was published: the gravest of the changes since the last publication (V1). */
export type MoodCause = 'update' | 'late' | 'correct' | 'cancel';

const GRAVITY: readonly MoodCause[] = ['update', 'late', 'correct', 'cancel'];

/** One window that still accepts records, or waits to be published for the last time. */
export interface MoodWindow {
  /** Index of its size. */
  readonly level: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Published so far: 0 = never. */
  revision: number;
  /** Of the last publication. */
  status: WindowStatus | null;
  /** Hash of the values last published; null: never. */
  digest: string | null;
  /** T at the last publication; null: never. Throttles provisional updates. */
  publishedAtMs: number | null;
  announced: boolean;
  /** Null: what is published is up to date. */
  cause: MoodCause | null;
  /** Late pairs that named it while it was kept. */
  lateCount: number;
}

export function emptyWindow(level: number, startMs: number, sizeMs: number): MoodWindow {
  return {
    level,
    startMs,
    endMs: startMs + sizeMs,
    revision: 0,
    status: null,
    digest: null,
    publishedAtMs: null,
    announced: false,
    cause: null,
    lateCount: 0,
  };
}

export function graver(known: MoodCause | null, cause: MoodCause): MoodCause {
  if (known === null) return cause;
  return GRAVITY.indexOf(cause) > GRAVITY.indexOf(known) ? cause : known;
}

/** Smaller sizes first, then by time: the order of emissions. */
export function compareWindows(a: MoodWindow, b: MoodWindow): number {
  return a.level - b.level || a.startMs - b.startMs;
}

const STATUS: readonly (WindowStatus | null)[] = [null, 'provisional', 'final', 'revised'];

export type WindowRow = readonly [
  level: number,
  startMs: number,
  revision: number,
  status: number,
  digest: string | null,
  publishedAtMs: number | null,
  announced: 0 | 1,
  cause: MoodCause | null,
  lateCount: number,
];

export function toRow(window: MoodWindow): WindowRow {
  return [
    window.level,
    window.startMs,
    window.revision,
    STATUS.indexOf(window.status),
    window.digest,
    window.publishedAtMs,
    window.announced ? 1 : 0,
    window.cause,
    window.lateCount,
  ];
}

export function fromRow(row: WindowRow, sizesMs: readonly number[]): MoodWindow {
  const [level, startMs, revision, status, digest, publishedAtMs, announced, cause, lateCount] =
    row;
  return {
    ...emptyWindow(level, startMs, sizesMs[level] ?? 0),
    revision,
    status: STATUS[status] ?? null,
    digest,
    publishedAtMs,
    announced: announced === 1,
    cause,
    lateCount,
  };
}
