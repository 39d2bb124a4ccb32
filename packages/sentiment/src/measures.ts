import type { MoodLabel } from './contract.ts';

/** A row with its truth and what the scorer said. */
export interface Judged {
  readonly truth: MoodLabel;
  readonly label: MoodLabel;
  readonly score: number;
  /** Mean of human raters, where there is one. */
  readonly rating: number | undefined;
}

export function accuracy(rows: readonly Judged[]): number {
  return rows.filter(({ truth, label }) => truth === label).length / rows.length;
}

/** Unweighted mean of the F1 of the three labels: no majority class can carry it. */
export function macroF1(rows: readonly Judged[]): number {
  const labels: readonly MoodLabel[] = ['negative', 'neutral', 'positive'];
  const f1 = labels.map((wanted) => {
    const hits = rows.filter(({ truth, label }) => truth === wanted && label === wanted).length;
    const either =
      rows.filter(({ truth }) => truth === wanted).length +
      rows.filter(({ label }) => label === wanted).length;
    return either === 0 ? 0 : (2 * hits) / either;
  });
  return f1.reduce((sum, value) => sum + value, 0) / f1.length;
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
