/** Fewer hours to compare with say nothing (S62). */
const MIN_HOURS = 4;
/** Makes the median deviation of a normal distribution its standard deviation. */
const NORMAL_MAD = 1.4826;
/** Least spread of ln(1 + n): quiet hours are all alike. */
const MIN_SCALE = 0.3;

/**
 * How loud an hour is: robust z of ln(1 + n) against the same hour of earlier weeks (S62).
 * @param history mentions of those hours, in any order
 */
export function buzzZ(n: number, history: readonly number[]): number | null {
  if (history.length < MIN_HOURS) return null;
  const levels = history.map((count) => Math.log1p(count));
  const centre = median(levels);
  const deviation = median(levels.map((level) => Math.abs(level - centre)));
  return (Math.log1p(n) - centre) / Math.max(NORMAL_MAD * deviation, MIN_SCALE);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? 0;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? 0) + upper) / 2 : upper;
}
