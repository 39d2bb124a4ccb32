import type { WindowStatus } from '@groundswell/windows';
import type { BarValues } from './bar-values.ts';
import { compareWindows, emptyWindow, type BarCause, type BarWindow } from './bar-window.ts';

/**
 * The header of a stored series: `[T, rows of windows]`. Accumulators are not stored, the records give them again; nor are
 * published values of windows without a pending change, whose records still give exactly those. Settled windows of one
 * second are not here either but with their pane: there is one a second for as long as it still accepts.
 */
type Header = readonly [streamTimeMs: number, rows: readonly WindowRow[]];

type WindowRow = readonly [
  level: number,
  startSeconds: number,
  revision: number,
  status: number,
  announced: 0 | 1,
  lateCount: number,
  publishedAtMs: number | null,
  cause: BarCause | null,
  values: ValuesRow | null,
];

type ValuesRow = readonly [
  ohlcVolumeVwap: readonly (string | null)[],
  count: number,
  realisedVolatility: number | null,
  returnCount: number | null,
];

const STATUS: readonly (WindowStatus | null)[] = [null, 'provisional', 'final', 'revised'];

/** The windows are sorted, so equal histories give equal bytes. */
export function encodeHeader(streamTimeMs: number, windows: Iterable<BarWindow>): string {
  const header: Header = [streamTimeMs, [...windows].sort(compareWindows).map(toRow)];
  return JSON.stringify(header);
}

/** Has it been announced, with nothing more to say so far? Then revision and status are all there is to know. */
export function isSettled(window: BarWindow): boolean {
  return window.announced && window.cause === null && window.lateCount === 0;
}

/** Revision and status of a settled window in one number > 0. */
export function settledCode(window: BarWindow): number {
  return window.revision * STATUS.length + STATUS.indexOf(window.status) + 1;
}

/** The window of {@link settledCode}. */
export function settledWindow(
  level: number,
  startMs: number,
  sizeMs: number,
  code: number,
): BarWindow {
  return {
    ...emptyWindow(level, startMs, sizeMs),
    acc: null,
    revision: Math.floor((code - 1) / STATUS.length),
    status: STATUS[(code - 1) % STATUS.length] ?? null,
    announced: true,
  };
}

function toRow(window: BarWindow): WindowRow {
  return [
    window.level,
    window.startMs / 1000,
    window.revision,
    STATUS.indexOf(window.status),
    window.announced ? 1 : 0,
    window.lateCount,
    window.announced ? null : window.publishedAtMs, // it throttles provisional updates only
    window.cause,
    window.cause === null || window.values === null ? null : toValues(window.values),
  ];
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
): { readonly streamTimeMs: number; readonly windows: readonly BarWindow[] } {
  const [streamTimeMs, rows] = JSON.parse(body) as Header;
  return { streamTimeMs, windows: rows.map((row) => fromRow(row, sizesMs)) };
}

function fromRow(row: WindowRow, sizesMs: readonly number[]): BarWindow {
  const [level, startSeconds, revision, status, announced] = row;
  const [, , , , , lateCount, publishedAtMs, cause, values] = row;
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
