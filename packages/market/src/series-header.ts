import type { WindowStatus } from '@groundswell/windows';
import type { BarValues } from './bar-values.ts';
import { compareWindows, emptyWindow, type BarCause, type BarWindow } from './bar-window.ts';

/**
 * The header of a stored series: T and what was published of each window. Accumulators are not stored, the records give
 * them again; nor are published values of windows without a pending change, whose records still give exactly those.
 */
type WindowRow = readonly [
  level: number,
  startSeconds: number,
  revision: number,
  status: number,
  announced: 0 | 1,
  lateCount?: number,
  publishedAtMs?: number | null,
  cause?: BarCause | null,
  values?: ValuesRow | null,
];

type ValuesRow = readonly [
  ohlcVolumeVwap: readonly (string | null)[],
  count: number,
  realisedVolatility: number | null,
  returnCount: number | null,
];

const STATUS: readonly (WindowStatus | null)[] = [null, 'provisional', 'final', 'revised'];

/** @param streamTimeMs null: no trade yet */
export function encodeHeader(streamTimeMs: number | null, windows: Iterable<BarWindow>): string {
  const rows = [...windows].sort(compareWindows).map(toRow);
  return JSON.stringify([streamTimeMs, rows]);
}

function toRow(window: BarWindow): WindowRow {
  const short = [
    window.level,
    window.startMs / 1000,
    window.revision,
    STATUS.indexOf(window.status),
    window.announced ? 1 : 0,
  ] as const;
  if (window.announced && window.cause === null && window.lateCount === 0) return short;
  const values = window.cause === null || window.values === null ? null : toValues(window.values);
  return [...short, window.lateCount, window.publishedAtMs, window.cause, values];
}

function toValues(values: BarValues): ValuesRow {
  const { openE18, highE18, lowE18, closeE18, volumeE18, vwapE18 } = values;
  const exact = [openE18, highE18, lowE18, closeE18, volumeE18, vwapE18];
  return [
    exact.map((value) => value?.toString() ?? null),
    values.count,
    values.realisedVolatility,
    values.returnCount,
  ];
}

/** Windows come back without accumulators; `values` are null where the records still give them. */
export function decodeHeader(
  body: string,
  sizesMs: readonly number[],
): { readonly streamTimeMs: number | null; readonly windows: readonly BarWindow[] } {
  const [streamTimeMs, rows] = JSON.parse(body) as [number | null, WindowRow[]];
  return { streamTimeMs, windows: rows.map((row) => fromRow(row, sizesMs)) };
}

function fromRow(row: WindowRow, sizesMs: readonly number[]): BarWindow {
  const [level, startSeconds, revision, status, announced] = row;
  const [, , , , , lateCount = 0, publishedAtMs = null, cause = null, values = null] = row;
  return {
    ...emptyWindow(level, startSeconds * 1000, sizesMs[level] ?? 0),
    acc: null,
    revision,
    status: STATUS[status] ?? null,
    announced: announced === 1,
    lateCount,
    publishedAtMs,
    cause,
    values: values === null ? null : fromValues(values),
  };
}

function fromValues(row: ValuesRow): BarValues {
  const [exact, count, realisedVolatility, returnCount] = row;
  const [openE18, highE18, lowE18, closeE18, volumeE18, vwapE18] = exact.map((text) =>
    text === null ? null : BigInt(text),
  );
  return {
    openE18: openE18 ?? null,
    highE18: highE18 ?? null,
    lowE18: lowE18 ?? null,
    closeE18: closeE18 ?? null,
    volumeE18: volumeE18 ?? 0n,
    count,
    vwapE18: vwapE18 ?? null,
    realisedVolatility,
    returnCount,
  };
}
