import type { MarketData, PriceData } from '@groundswell/schemas';
import { firstChanged, formatDecimal, formatPercent, percentChange, signOf } from './format.ts';
import { ageText, isoMs } from './time.ts';
import type { MoodCell } from './mood-cell.ts';
import type { SortKeys } from './board-order.ts';
import { trustOf, type Trust } from './trust.ts';

/** What one row of the watch list is made of; all of it may still be missing. */
export interface WatchInputs {
  readonly price: PriceData | null;
  /** Bars of one minute, oldest first. */
  readonly minutes: readonly MarketData[];
  /** First price of the day, with its time. */
  readonly reference: { readonly price: string; readonly timeMs: number } | null;
  readonly decimals: number;
  readonly staleAfterMs: number;
  readonly graceMs: number;
  readonly gap: { readonly source: string; readonly missing: number | null } | null;
  readonly behind: readonly string[];
  readonly nowMs: number;
  readonly mood: MoodCell | null;
}

export interface WatchRow {
  readonly last: string;
  readonly direction: -1 | 0 | 1;
  readonly change: string;
  readonly changeTitle: string;
  readonly spark: readonly (number | null)[];
  readonly mood: MoodCell | null;
  /** Of mood and price together: the mood's, unless the price is worse off. */
  readonly trust: Trust | null;
  /** Of the newest minute bar. */
  readonly priceTrust: Trust | null;
  readonly age: string;
  readonly ageTitle: string;
  /** For the order only; doubles, because nobody reads them. */
  readonly keys: Omit<SortKeys, 'symbol'>;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

export function watchRow(inputs: WatchInputs): WatchRow {
  const { price, minutes, reference, decimals, mood, nowMs } = inputs;
  const bar = minutes.at(-1) ?? null;
  const priceTrust = bar === null ? null : barTrust(bar, inputs);
  const lastText = price?.price ?? bar?.close ?? null;
  const change = percentChange(reference?.price ?? null, lastText);
  const eventMs = price === null ? null : isoMs(price.event_time);
  return {
    last: formatDecimal(lastText, { decimals }),
    direction: signOf(change),
    change: formatPercent(change),
    changeTitle:
      reference === null
        ? 'No earlier price of today is known yet.'
        : `From ${reference.price} at ${new Date(reference.timeMs).toISOString()}`,
    spark: sparkOf(minutes, nowMs),
    mood,
    trust: jointTrust(mood, priceTrust),
    priceTrust,
    age: ageText(eventMs === null ? null : nowMs - eventMs),
    ageTitle: price?.event_time ?? 'No trade has been seen.',
    keys: {
      last: lastText === null ? null : Number(lastText),
      change: change === null ? null : Number(change),
      mood: mood?.keys.mood ?? null,
      agreement: mood?.keys.agreement ?? null,
      buzz: mood?.keys.buzz ?? null,
      posts: mood?.keys.posts ?? null,
      age: eventMs === null ? null : -eventMs,
    },
  };
}

/** Gap goes before stale before everything else (dashboard.md 3); the text names both parts. */
function jointTrust(mood: MoodCell | null, price: Trust | null): Trust | null {
  if (mood === null || price === null) return mood?.trust ?? price;
  const rank = ({ state }: Trust) => (state === 'gap' ? 2 : state === 'stale' ? 1 : 0);
  const shown = rank(price) > rank(mood.trust) ? price : mood.trust;
  return {
    ...shown,
    reasons: [
      `Mood ${mood.span}: ${mood.trust.reasons.join(' ')}`,
      `Price: ${price.reasons.join(' ')}`,
    ],
  };
}

/** Trust of the newest bar. */
export function barTrust(
  bar: MarketData,
  context: Pick<WatchInputs, 'staleAfterMs' | 'graceMs' | 'gap' | 'behind' | 'nowMs'> & {
    /** @default true */
    readonly isLatest?: boolean;
  },
): Trust {
  return trustOf({
    status: bar.status,
    revision: bar.revision,
    cause: bar.cause,
    n: bar.n,
    windowStartMs: isoMs(bar.window_start),
    windowEndMs: isoMs(bar.window_end),
    watermarkMs: isoMs(bar.watermark),
    knownAtMs: isoMs(bar.known_at),
    isLatest: context.isLatest ?? true,
    staleAfterMs: context.staleAfterMs,
    graceMs: context.graceMs,
    gap: context.gap,
    behind: context.behind,
    nowMs: context.nowMs,
  });
}

/** Closes of the last 60 minutes; null where no trade set one, so that the line is broken and nothing is invented. */
export function sparkOf(minutes: readonly MarketData[], nowMs: number): readonly (number | null)[] {
  const newest = minutes.at(-1);
  if (newest === undefined) return [];
  const endMs = Math.min(isoMs(newest.window_start), nowMs);
  const first = endMs - HOUR_MS + MINUTE_MS;
  const points = new Array<number | null>(HOUR_MS / MINUTE_MS).fill(null);
  for (const bar of minutes) {
    const index = (isoMs(bar.window_start) - first) / MINUTE_MS;
    if (index < 0 || index >= points.length || !Number.isInteger(index)) continue;
    points[index] = bar.close === null ? null : Number(bar.close); // a picture, not a figure
  }
  return points;
}

/** Paths of a sparkline in a box: one subpath per unbroken run. */
export function sparkPath(
  points: readonly (number | null)[],
  width: number,
  height: number,
): { readonly path: string; readonly end: { readonly x: number; readonly y: number } | null } {
  const known = points.filter((value) => value !== null);
  if (known.length === 0) return { path: '', end: null };
  const low = Math.min(...known);
  const range = Math.max(...known) - low;
  const step = width / Math.max(1, points.length - 1);
  const place = (value: number) =>
    range === 0 ? height / 2 : height - ((value - low) / range) * height;
  let path = '';
  let drawing = false;
  let end: { x: number; y: number } | null = null;
  points.forEach((value, index) => {
    if (value === null) {
      drawing = false;
      return;
    }
    const [x, y] = [round(index * step), round(place(value))];
    path += `${drawing ? 'L' : 'M'}${String(x)} ${String(y)}`;
    drawing = true;
    end = { x, y };
  });
  return { path, end };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The changed tail of a shown number: what stays, and what lights up. */
export function litDigits(
  previous: string | null,
  next: string,
): { readonly still: string; readonly lit: string } {
  if (previous === null || previous === next) return { still: next, lit: '' };
  const from = firstChanged(previous, next);
  return { still: next.slice(0, from), lit: next.slice(from) };
}
