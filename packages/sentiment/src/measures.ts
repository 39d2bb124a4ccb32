import type { MoodLabel } from './contract.ts';

/** A row with its truth and what the scorer said. */
export interface Judged {
  readonly truth: MoodLabel;
  readonly label: MoodLabel;
  readonly score: number;
  /** Mean of human raters, where there is one. */
  readonly rating: number | undefined;
}

const labels = ['negative', 'neutral', 'positive'] as const satisfies readonly MoodLabel[];

/** Rows per truth and label: `confusion[truth][label]`. */
export type Confusion = Readonly<Record<MoodLabel, Readonly<Record<MoodLabel, number>>>>;

export function confusionOf(rows: readonly Judged[]): Confusion {
  const none = () => ({ negative: 0, neutral: 0, positive: 0 });
  const counts = { negative: none(), neutral: none(), positive: none() };
  for (const { truth, label } of rows) counts[truth][label] += 1;
  return counts;
}

/** Share of the rows whose label is the truth; NaN of no row. */
export function accuracy(confusion: Confusion): number {
  const all = labels.map((truth) => sum(labels.map((label) => confusion[truth][label])));
  return sum(labels.map((one) => confusion[one][one])) / sum(all);
}

/** Unweighted mean of the F1 of the three labels: no majority class can carry it. */
export function macroF1(confusion: Confusion): number {
  const f1 = labels.map((wanted) => {
    const meant = sum(labels.map((label) => confusion[wanted][label]));
    const said = sum(labels.map((truth) => confusion[truth][wanted]));
    return meant + said === 0 ? 0 : (2 * confusion[wanted][wanted]) / (meant + said);
  });
  return sum(f1) / f1.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Chance that a positive row scores above a negative one, ties half (Mann and Whitney 1947), by ranks. */
export function areaUnderCurve(rows: readonly Judged[]): number {
  const sorted = rows.filter(({ truth }) => truth !== 'neutral').sort((a, b) => a.score - b.score);
  const positives = sorted.filter(({ truth }) => truth === 'positive').length;
  let rankSum = 0;
  for (let from = 0; from < sorted.length;) {
    let to = from;
    while (sorted[to]?.score === sorted[from]?.score && to < sorted.length) to += 1;
    const rank = (from + 1 + to) / 2;
    rankSum += rank * sorted.slice(from, to).filter(({ truth }) => truth === 'positive').length;
    from = to;
  }
  const pairs = positives * (sorted.length - positives);
  return (rankSum - (positives * (positives + 1)) / 2) / pairs;
}

/** Correlation of the score with the raters' mean; NaN where nobody rated. */
export function pearson(rows: readonly Judged[]): number {
  const rated = rows.flatMap(({ score, rating }) =>
    rating === undefined ? [] : [{ score, rating }],
  );
  const mean = (of: (row: (typeof rated)[number]) => number): number =>
    rated.reduce((sum, row) => sum + of(row), 0) / rated.length;
  const x = mean(({ score }) => score);
  const y = mean(({ rating }) => rating);
  const xy = mean((row) => (row.score - x) * (row.rating - y));
  const xx = mean((row) => (row.score - x) ** 2);
  const yy = mean((row) => (row.rating - y) ** 2);
  return xy / Math.sqrt(xx * yy);
}
