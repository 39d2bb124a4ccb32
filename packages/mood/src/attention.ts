import { compareTexts, type MoodLabel, type MoodRecord } from './mood-record.ts';

/** Counts over all mentions of a window, exact however many there are. */
export interface Attention {
  readonly n: number;
  /** Mentions per source. */
  readonly counts: Readonly<Record<string, number>>;
  readonly skippedCount: number;
  readonly authorCount: number;
  /** Authors / mentions. */
  readonly uniqueAuthorRatio: number | null;
  /** Mentions of the busiest author / mentions. */
  readonly topAuthorShare: number | null;
  /** Accounts younger than 30 days when they posted / accounts of known age. */
  readonly newAccountShare: number | null;
  /** Model of each source class. */
  readonly models: readonly string[];
  /** Scored mentions by label. */
  readonly labels: Readonly<Record<MoodLabel, number>>;
}

const NEW_ACCOUNT_US = 30 * 86_400_000_000;

/** Who spoke, how often, where. Needs one pass and no order. */
export function attentionOf(records: readonly MoodRecord[]): Attention {
  const counts = new Map<string, number>();
  const authors = new Map<string, number>();
  const models = new Set<string>();
  const labels = { POSITIVE: 0, NEUTRAL: 0, NEGATIVE: 0 };
  let skippedCount = 0;
  let aged = 0;
  let fresh = 0;
  for (const record of records) {
    counts.set(record.source, (counts.get(record.source) ?? 0) + 1);
    authors.set(record.authorKey, (authors.get(record.authorKey) ?? 0) + 1);
    models.add(record.model);
    if (record.skipped) skippedCount += 1;
    else labels[record.label] += 1;
    if (record.authorSinceUs === null) continue;
    aged += 1;
    if (record.eventTimeUs - record.authorSinceUs < NEW_ACCOUNT_US) fresh += 1;
  }
  const n = records.length;
  let busiest = 0;
  for (const posts of authors.values()) busiest = Math.max(busiest, posts);
  return {
    n,
    counts: Object.fromEntries([...counts].sort(([a], [b]) => compareTexts(a, b))),
    skippedCount,
    authorCount: authors.size,
    uniqueAuthorRatio: n > 0 ? authors.size / n : null,
    topAuthorShare: n > 0 ? busiest / n : null,
    newAccountShare: aged > 0 ? fresh / aged : null,
    models: [...models].sort(compareTexts),
    labels,
  };
}
