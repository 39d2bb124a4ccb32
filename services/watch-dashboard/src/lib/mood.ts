import type { MoodSeriesJson, SentimentData } from '@groundswell/schemas';

/** What `sentiment:<instrument>:<size>` carries: one window of mood and attention. */
export type { SentimentData };

/** With authors capped and copies damped, or every post at full weight (sentiment.md 7). */
export type Weighting = 'weighted' | 'raw';

/** The whole market is an instrument of its own; its mean is what small samples are drawn to. */
export const MARKET = 'market:all';

/** Fewer scored posts show no mood (P6). @default */
export const MIN_POSTS = 3;
/** Posts of a neutral weight that the market's mean stands for in the shrunk mean (S62). */
const SHRINK_POSTS = 5;
/** Two-sided 95 % of the normal distribution. */
const Z95 = 1.96;
/** A raw mean further than this from the weighted one is shown beside it. */
export const NOTABLE_DIFFERENCE = 0.1;

export interface MoodReading {
  /** -1..+1; null below the minimum sample. */
  readonly score: number | null;
  /** Half of the 95 % interval; null without a score or spread. */
  readonly half: number | null;
  /** The mean of the other weighting, where it differs notably. */
  readonly other: number | null;
  /** What is missing when there is no score. */
  readonly needs: string | null;
}

/** Posts of the window that have a score; the rest counts as attention only (S3). */
export function scoredCount({ n, skipped_count }: SentimentData): number {
  return Math.max(0, n - skipped_count);
}

export function readingOf(data: SentimentData, weighting: Weighting): MoodReading {
  const scored = scoredCount(data);
  const series = data[weighting];
  if (scored < MIN_POSTS || series.sentiment === null) {
    const needs = `needs ${String(MIN_POSTS)} scored posts, has ${String(scored)}`;
    return { score: null, half: null, other: null, needs };
  }
  const other = data[weighting === 'raw' ? 'weighted' : 'raw'].sentiment;
  const isNotable = Math.abs(data.raw_minus_weighted ?? 0) > NOTABLE_DIFFERENCE;
  return {
    score: series.sentiment,
    half: halfInterval(series),
    other: isNotable ? other : null,
    needs: null,
  };
}

/** 1.96 dispersion / sqrt(n_eff): how far the mean of such a sample may be off. */
export function halfInterval({ dispersion, n_eff }: MoodSeriesJson): number | null {
  if (dispersion === null || n_eff === null || n_eff <= 0) return null;
  return (Z95 * dispersion) / Math.sqrt(n_eff);
}

/**
 * (sum w s + k m) / (sum w + k) with k = 5 (S62): a mean of few posts is drawn to the market's, so that two posts never lead an order.
 * @param marketMean mean of the same window over all symbols; null counts as neutral
 */
export function shrunkMean(series: MoodSeriesJson, marketMean: number | null): number | null {
  if (series.sentiment === null) return null;
  const mean = marketMean ?? 0;
  const { weight_sum: weight } = series;
  return (weight * series.sentiment + SHRINK_POSTS * mean) / (weight + SHRINK_POSTS);
}

/**
 * The newest window that holds enough posts, else the newest: a window that has just begun has few, and a number that vanishes every
 * five minutes helps nobody. Its own mark tells its age.
 * @param reach how many windows back
 */
export function currentWindow(
  windows: readonly SentimentData[],
  reach = 2,
): SentimentData | undefined {
  return windows.slice(-reach).findLast((data) => scoredCount(data) >= MIN_POSTS) ?? windows.at(-1);
}

/** Share of all posts that name a symbol, 0..1. */
export function shareOfVoice(
  data: SentimentData,
  market: SentimentData | undefined,
): number | null {
  return market === undefined || market.n === 0 ? null : data.n / market.n;
}

export function windowAt<T extends { readonly window_start: string }>(
  windows: readonly T[],
  start: string | undefined,
): T | undefined {
  return windows.find(({ window_start }) => window_start === start);
}
