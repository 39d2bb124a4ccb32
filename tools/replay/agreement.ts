import {
  accuracy,
  confusionOf,
  createRuleScorer,
  macroF1,
  type Confusion,
  type Judged,
  type RuleMode,
} from '@groundswell/sentiment';
import type { Mention } from '@groundswell/schemas';
import { postLabels, type PostLabel, type TapePost } from '../tape/index.ts';

/** An estimate with its 95 % interval, both 0..1. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** How often a scorer says what people say (S36: never accuracy alone, a majority class would carry it). */
export interface Agreement {
  readonly scorer: string;
  readonly n: number;
  readonly accuracy: Estimate;
  readonly macroF1: Estimate;
  readonly classes: Readonly<
    Record<PostLabel, { readonly n: number; readonly precision: number; readonly recall: number }>
  >;
  /** Truth, then what was said: counts. */
  readonly confusion: Confusion;
}

/** Both modes of the rule scorer on every labelled text, and what the services published of those that name an instrument (S20, S36). */
export function agreements(
  posts: readonly TapePost[],
  mentions: readonly Mention[],
): readonly Agreement[] {
  const labelled = posts.filter(({ label }) => label !== null);
  if (labelled.length === 0) return [];
  const ofMode = (mode: RuleMode): Agreement => {
    const scorer = createRuleScorer({ mode });
    const rows = labelled.flatMap(({ label, text }) => judged(label, scorer.score(text)));
    return agreementOf(mode, rows);
  };
  // On a tape every author's posts are in one topic; native ids end in the id of the post.
  const published = new Map<string, Mention>();
  for (const mention of mentions) {
    if (mention.instrumentId !== 'market:all' || mention.skipped !== null) continue;
    published.set(mention.postId.slice(mention.postId.indexOf('/') + 1), mention);
  }
  const rows = labelled.flatMap(({ id, label }) => {
    const mention = published.get(id);
    if (mention === undefined || mention.op === 'CANCEL') return [];
    const { label: said, score } = mention;
    return judged(label, { label: said.toLowerCase() as PostLabel, score });
  });
  return [
    ofMode('plain'),
    ofMode('finance'),
    ...(rows.length === 0 ? [] : [agreementOf('finance, as published', rows)]),
  ];
}

function judged(
  truth: PostLabel | null,
  { label, score }: { readonly label: PostLabel; readonly score: number },
): readonly Judged[] {
  return truth === null ? [] : [{ truth, label, score, rating: undefined }];
}

/** @param rows at least one */
export function agreementOf(scorer: string, rows: readonly Judged[]): Agreement {
  const confusion = confusionOf(rows);
  const sum = (counts: readonly number[]): number => counts.reduce((total, n) => total + n, 0);
  const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
  return {
    scorer,
    n: rows.length,
    ...intervals(confusion, rows.length),
    classes: byLabel((label) => {
      const n = sum(postLabels.map((said) => confusion[label][said]));
      const said = sum(postLabels.map((truth) => confusion[truth][label]));
      const hits = confusion[label][label];
      return { n, precision: share(hits, said), recall: share(hits, n) };
    }),
    confusion,
  };
}

function byLabel<T>(of: (label: PostLabel) => T): Readonly<Record<PostLabel, T>> {
  return Object.fromEntries(postLabels.map((label) => [label, of(label)])) as Record<PostLabel, T>;
}

const RESAMPLES = 1000;
const SEED = 0x9e3779b9;

/**
 * Percentile bootstrap (Efron 1979): as many rows again, drawn with replacement, a thousand times. Rows count as independent; copies of
 * one text are not, so that the interval is a little too narrow where a file has many (S132). The same rows give the same interval.
 */
function intervals(confusion: Confusion, n: number): Pick<Agreement, 'accuracy' | 'macroF1'> {
  const draw = createDraw(SEED);
  // Rows of one cell are alike: a row drawn is its cell, by the cell's share of the rows.
  const cells = postLabels.flatMap((truth) => postLabels.map((said) => [truth, said] as const));
  const cellOf = cells.flatMap((cell) =>
    Array.from({ length: confusion[cell[0]][cell[1]] }, () => cell),
  );
  const accuracies: number[] = [];
  const f1s: number[] = [];
  for (let round = 0; round < RESAMPLES; round += 1) {
    const sample = byLabel(() => ({ positive: 0, neutral: 0, negative: 0 }));
    for (let drawn = 0; drawn < n; drawn += 1) {
      const cell = cellOf[draw(n)];
      if (cell !== undefined) sample[cell[0]][cell[1]] += 1;
    }
    accuracies.push(accuracy(sample));
    f1s.push(macroF1(sample));
  }
  return {
    accuracy: { value: accuracy(confusion), ...middle(accuracies) },
    macroF1: { value: macroF1(confusion), ...middle(f1s) },
  };
}

/** The middle 95 %. */
function middle(values: readonly number[]): { readonly low: number; readonly high: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return { low: at(0.025), high: at(0.975) };
}

/** Whole numbers below a bound (xorshift32, Marsaglia 2003). */
function createDraw(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 2 ** 32) * below);
  };
}
