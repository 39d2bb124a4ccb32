/** Weight of the market's mean in a shrunk one (S62). */
const PRIOR_WEIGHT = 5;

/**
 * (sum w s + k m)/(sum w + k): a mean of few mentions leans on the market's (S62). It needs a value of another key, so it is
 * computed by readers from the published `weight_sum` and `sentiment`.
 * @param sentiment null where nothing was weighed
 * @param marketMean `sentiment` of `market:all` in the same window; null: unknown, and so is the answer
 */
export function shrink(
  weightSum: number,
  sentiment: number | null,
  marketMean: number | null,
  priorWeight: number = PRIOR_WEIGHT,
): number | null {
  if (marketMean === null) return null;
  return (weightSum * (sentiment ?? 0) + priorWeight * marketMean) / (weightSum + priorWeight);
}

/** n / n of all symbols (S62); null if nothing was said at all. */
export function shareOfVoice(n: number, marketCount: number): number | null {
  return marketCount > 0 ? n / marketCount : null;
}
