import { crowdOf, type CrowdPost } from './crowd.ts';
import type { MentionRecord, MentionWindow } from './mentions.ts';

/** One series under the published names (S62). */
export interface MoodSeriesBatch {
  readonly sentiment: number | null;
  readonly weight_sum: number;
  readonly n_eff: number | null;
  readonly dispersion: number | null;
  readonly positive: number;
  readonly neutral: number;
  readonly negative: number;
  readonly bullishness_ratio: number | null;
  readonly bullishness: number;
  readonly agreement: number | null;
  readonly disagreement: number | null;
  readonly bull_share: number | null;
  readonly bull_share_low: number | null;
  readonly bull_share_high: number | null;
}

/** A sentiment window under the published names. */
export interface MoodBatch {
  readonly entity: string;
  readonly window_size_ms: number;
  readonly window_start_ms: number;
  readonly n: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly raw: MoodSeriesBatch;
  readonly weighted: MoodSeriesBatch;
  readonly raw_minus_weighted: number | null;
  readonly skipped_count: number;
  readonly author_count: number;
  readonly unique_author_ratio: number | null;
  readonly effective_authors: number | null;
  readonly top_author_share: number | null;
  readonly near_duplicate_share: number | null;
  readonly new_account_share: number | null;
  readonly buzz_z: number | null;
  readonly buzz_hours: number;
  readonly pump_flag: boolean;
  readonly models: readonly string[];
}

const HOUR_MS = 3_600_000;
const WEEK_MS = 168 * HOUR_MS;
const DAY_US = 86_400_000_000;
/** 97.5 % point of the normal distribution. */
const NORMAL = 1.959963984540054;

/**
 * Every window from its own list, by S61 to S68, one formula after the other. Knows nothing of the cap of S60: lists stay below it.
 * @param rule half-life of a mention; size of the windows that are compared over weeks; which instruments are small
 */
export function batchMood(
  windows: readonly MentionWindow[],
  rule: {
    readonly halfLifeMs: number;
    readonly buzzSizeMs: number;
    readonly isSmall: (entity: string) => boolean;
  },
): readonly MoodBatch[] {
  return windows.map((window) => {
    const history = window.sizeMs === rule.buzzSizeMs ? sameHours(window, windows) : [];
    return moodOf(window, history, rule.halfLifeMs, rule.isSmall(window.entity));
  });
}

/** The same hour of the last eight weeks: silent ones are 0 from the first hour with a mention on. */
function sameHours(window: MentionWindow, windows: readonly MentionWindow[]): readonly number[] {
  const hours = windows.filter(
    ({ entity, sizeMs }) => entity === window.entity && sizeMs === window.sizeMs,
  );
  const firstMs = Math.min(...hours.map(({ startMs }) => startMs));
  return [1, 2, 3, 4, 5, 6, 7, 8]
    .map((week) => window.startMs - week * WEEK_MS)
    .filter((startMs) => startMs >= firstMs)
    .map((startMs) => hours.find((hour) => hour.startMs === startMs)?.mentions.length ?? 0);
}

function moodOf(
  { entity, sizeMs, startMs, mentions }: MentionWindow,
  history: readonly number[],
  halfLifeMs: number,
  isSmall: boolean,
): MoodBatch {
  const n = mentions.length;
  const authors = [...new Set(mentions.map(({ authorKey }) => authorKey))];
  const crowd = crowdOf(mentions);
  const endMs = startMs + sizeMs;
  const base = ({ content }: CrowdPost): number =>
    (1 / content.symbolCount) *
    (content.stuffed ? 0.1 : 1) *
    (content.calibrated ? content.confidence : 1) *
    Math.pow(0.5, (endMs - content.eventTimeUs / 1000) / halfLifeMs);
  const scored = crowd.filter(({ content }) => content.skipped === null);
  const raw = seriesOf(scored, base, () => 1, 'mentions');
  const weighted = seriesOf(
    scored,
    (post) => base(post) * post.copyFactor * post.capFactor * reach(post.content),
    (post) => post.copyFactor * post.capFactor,
    'effective',
  );
  const totals = authors
    .map((author) => scored.filter(({ content }) => content.authorKey === author))
    .map((own) => sum(own.map((p) => p.copyFactor * p.capFactor * reach(p.content))));
  const aged = mentions.filter(({ authorSinceUs }) => authorSinceUs !== null);
  const fresh = aged.filter(
    ({ eventTimeUs, authorSinceUs }) => eventTimeUs - (authorSinceUs ?? 0) < 30 * DAY_US,
  );
  const shares = {
    unique_author_ratio: ratio(authors.length, n),
    near_duplicate_share: ratio(crowd.filter(({ copies }) => copies > 1).length, n),
    new_account_share: ratio(fresh.length, aged.length),
  };
  const buzz = buzzOf(n, history);
  const doubtful =
    (shares.unique_author_ratio ?? 1) < 0.5 ||
    (shares.near_duplicate_share ?? 0) > 0.3 ||
    (shares.new_account_share ?? 0) > 0.3 ||
    ((raw.agreement ?? 0) > 0.9 && raw.positive + raw.negative >= 20);
  return {
    entity,
    window_size_ms: sizeMs,
    window_start_ms: startMs,
    n,
    counts: countBy(mentions.map(({ source }) => source)),
    raw,
    weighted,
    raw_minus_weighted:
      raw.sentiment === null || weighted.sentiment === null
        ? null
        : raw.sentiment - weighted.sentiment,
    skipped_count: n - scored.length,
    author_count: authors.length,
    effective_authors: ratio(sum(totals) ** 2, sum(totals.map((total) => total ** 2))),
    top_author_share: ratio(
      Math.max(0, ...Object.values(countBy(mentions.map(({ authorKey }) => authorKey)))),
      n,
    ),
    ...shares,
    buzz_z: buzz,
    buzz_hours: history.length,
    pump_flag: buzz !== null && buzz > 3 && doubtful && isSmall,
    models: [...new Set(mentions.map(modelOf))].toSorted(),
  };
}

function seriesOf(
  posts: readonly CrowdPost[],
  weightOf: (post: CrowdPost) => number,
  massOf: (post: CrowdPost) => number,
  voices: 'mentions' | 'effective',
): MoodSeriesBatch {
  const weights = posts.map(weightOf);
  const weightSum = sum(weights);
  const mean = ratio(
    sum(posts.map(({ content }, i) => content.score * (weights[i] ?? 0))),
    weightSum,
  );
  const squared = posts.map(({ content }) => (content.score - (mean ?? 0)) ** 2);
  const variance = ratio(sum(squared.map((d2, i) => d2 * (weights[i] ?? 0))), weightSum);
  const nEff = ratio(weightSum ** 2, sum(weights.map((w) => w ** 2)));
  const massAt = (label: MentionRecord['label']): number =>
    sum(posts.filter(({ content }) => content.label === label).map(massOf));
  const positive = massAt('POSITIVE');
  const negative = massAt('NEGATIVE');
  const sides = positive + negative;
  const b1 = ratio(positive - negative, sides);
  const share = ratio(positive, sides);
  const [low, high] = wilson(share, voices === 'mentions' ? sides : nEff);
  return {
    sentiment: mean,
    weight_sum: weightSum,
    n_eff: nEff,
    dispersion: variance === null ? null : Math.sqrt(variance),
    positive,
    neutral: massAt('NEUTRAL'),
    negative,
    bullishness_ratio: b1,
    bullishness: Math.log(1 + positive) - Math.log(1 + negative),
    agreement: b1 === null ? null : 1 - Math.sqrt(1 - b1 ** 2),
    disagreement: b1 === null ? null : Math.sqrt(1 - b1 ** 2),
    bull_share: share,
    bull_share_low: low,
    bull_share_high: high,
  };
}

/** The two roots of (p - share)^2 = z^2 p (1 - p) / n. */
function wilson(share: number | null, n: number | null): [number | null, number | null] {
  if (share === null || n === null) return [null, null];
  const a = 1 + NORMAL ** 2 / n;
  const b = -(2 * share + NORMAL ** 2 / n);
  const root = Math.sqrt(Math.max(0, b ** 2 - 4 * a * share ** 2));
  return [Math.max(0, (-b - root) / (2 * a)), Math.min(1, (-b + root) / (2 * a))];
}

function buzzOf(n: number, history: readonly number[]): number | null {
  if (history.length < 4) return null;
  const levels = history.map((count) => Math.log(1 + count));
  const middle = median(levels);
  const spread = median(levels.map((level) => Math.abs(level - middle)));
  return (Math.log(1 + n) - middle) / Math.max(1.4826 * spread, 0.3);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? 0;
  return (at(Math.ceil(sorted.length / 2) - 1) + at(Math.floor(sorted.length / 2))) / 2;
}

function reach({ authorFollowers: n }: MentionRecord): number {
  return n === null ? 1 : Math.max(0.2, Math.min(3, Math.log10(n + 1)));
}

function modelOf({ sourceClass, modelId, modelVersion }: MentionRecord): string {
  return `${sourceClass}=${modelId}@${modelVersion}`;
}

function countBy(names: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...new Set(names)].map((name) => [name, names.filter((other) => other === name).length]),
  );
}

function ratio(a: number, b: number): number | null {
  return b === 0 ? null : a / b;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
