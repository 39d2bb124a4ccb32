import { features } from '@groundswell/schemas';
import { formatCount, formatNumber, NOTHING } from './format.ts';
import {
  currentWindow,
  readingOf,
  scoredCount,
  shrunkMean,
  windowAt,
  type MoodReading,
  type SentimentData,
  type Weighting,
} from './mood.ts';
import type { GapSpan } from './source-health.ts';
import { isoMs, spanText } from './time.ts';
import { trustOf, type Trust } from './trust.ts';

export const moodWindows = features['sentiment.window'].windows;
/** Mood of the board and of the figures. */
export const MOOD_SIZE_MS = 300_000;
/** The only size that has a buzz: it is compared with the same hour of other weeks (S62). */
export const BUZZ_SIZE_MS = 3_600_000;

/** What a row and the figures show of mood; texts ready to be shown. */
export interface MoodCell {
  readonly data: SentimentData;
  readonly reading: MoodReading;
  readonly score: string;
  readonly agreement: string;
  readonly buzz: string;
  readonly buzzTitle: string;
  readonly posts: string;
  readonly span: string;
  readonly trust: Trust;
  /** `brigade`: S68 holds. `copies`: many near-copies move the raw mean away from the weighted one. */
  readonly flag: 'brigade' | 'copies' | null;
  readonly keys: {
    readonly mood: number | null;
    readonly agreement: number | null;
    readonly buzz: number | null;
    readonly posts: number | null;
  };
}

export interface MoodInputs {
  /** Windows of five minutes, oldest first. */
  readonly windows: readonly SentimentData[];
  /** Windows of one hour, oldest first. */
  readonly hours: readonly SentimentData[];
  /** The whole market's windows of five minutes. */
  readonly market: readonly SentimentData[];
  readonly weighting: Weighting;
  readonly gaps: readonly GapSpan[];
  readonly behind: (source: string) => readonly string[];
  readonly nowMs: number;
}

export function moodCell(inputs: MoodInputs): MoodCell | null {
  const { windows, hours, market, weighting } = inputs;
  const data = currentWindow(windows);
  if (data === undefined) return null;
  const reading = readingOf(data, weighting);
  const series = data[weighting];
  const agreement = reading.score === null ? null : series.agreement;
  const hour = hours.at(-1);
  const marketMean = windowAt(market, data.window_start)?.[weighting].sentiment ?? null;
  return {
    data,
    reading,
    score: moodText(reading.score),
    agreement: formatNumber(agreement, { decimals: 2 }),
    buzz: buzzText(hour),
    buzzTitle: buzzNeeds(hour) ?? `of the hour ${spanOf(hour)}`,
    posts: formatCount(data.n),
    span: spanOf(data),
    // A window that a newer one has followed grows no staler.
    trust: moodTrust(data, inputs, data === windows.at(-1)),
    flag: flagOf(data),
    keys: {
      mood: reading.score === null ? null : shrunkMean(series, marketMean),
      agreement,
      buzz: hour?.buzz_z ?? null,
      posts: data.n,
    },
  };
}

/** Signed, two decimals. */
export function moodText(score: number | null | undefined): string {
  return formatNumber(score, { decimals: 2, signed: true });
}

export function buzzText(hour: SentimentData | undefined): string {
  return formatNumber(hour?.buzz_z, { decimals: 1, signed: true });
}

/** Same hours of other weeks that a buzz needs (S62). */
const MIN_HOURS = 4;

/** What is missing for a buzz, or null. */
export function buzzNeeds(hour: SentimentData | undefined): string | null {
  if (hour === undefined) return 'no hour has been counted yet';
  if (hour.buzz_z !== null) return null;
  return `needs ${String(MIN_HOURS)} weeks of this hour, has ${String(hour.buzz_hours)}`;
}

/** Near-copies and a raw mean that they moved; S68 asks for loudness too, which needs weeks of history. */
export function flagOf(data: SentimentData): MoodCell['flag'] {
  if (data.pump_flag) return 'brigade';
  const isMoved = Math.abs(data.raw_minus_weighted ?? 0) > 0.2;
  const isCopied = (data.near_duplicate_share ?? 0) > 0.3;
  return isMoved && isCopied && scoredCount(data) >= 10 ? 'copies' : null;
}

function spanOf(data: SentimentData | undefined): string {
  if (data === undefined) return NOTHING;
  return spanText(isoMs(data.window_start), isoMs(data.window_end), 'UTC');
}

/** Trust of one window of mood. */
export function moodTrust(
  data: SentimentData,
  context: Pick<MoodInputs, 'gaps' | 'behind' | 'nowMs'>,
  isLatest = true,
): Trust {
  const window = moodWindows.find(({ sizeMs }) => sizeMs === data.window_size_ms) ?? moodWindows[1];
  const [windowStartMs, windowEndMs] = [isoMs(data.window_start), isoMs(data.window_end)];
  const sources = Object.keys(data.counts);
  const hole = context.gaps.find(
    ({ source, closed, fromMs, toMs }) =>
      !closed && sources.includes(source) && fromMs < windowEndMs && toMs >= windowStartMs,
  );
  return trustOf({
    status: data.status,
    revision: data.revision,
    cause: data.cause,
    n: data.n,
    ...{ windowStartMs, windowEndMs, isLatest },
    watermarkMs: isoMs(data.watermark),
    knownAtMs: isoMs(data.known_at),
    staleAfterMs: window.staleAfterMs,
    graceMs: window.graceMs,
    gap: hole ?? null,
    behind: sources.flatMap((source) => context.behind(source)),
    nowMs: context.nowMs,
  });
}
