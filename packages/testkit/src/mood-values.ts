import type { MoodSeries, SymbolSentiment } from '@groundswell/schemas';

/** What a window of mood says beside its envelope: two authors of two mentions, who disagree. */
export function moodValues(sentiment: number) {
  const series: MoodSeries = {
    sentiment,
    weightSum: 2,
    nEff: 2,
    dispersion: 0.25,
    positive: 1,
    neutral: 0,
    negative: 1,
    bullishnessRatio: 0,
    bullishness: 0,
    agreement: 0,
    disagreement: 1,
    bullShare: 0.5,
    bullShareLow: 0.1,
    bullShareHigh: 0.9,
  };
  return {
    raw: series,
    weighted: series,
    rawMinusWeighted: 0,
    skippedCount: 0,
    authorCount: 2,
    uniqueAuthorRatio: 1,
    effectiveAuthors: 2,
    topAuthorShare: 0.5,
    nearDuplicateShare: 0,
    newAccountShare: null,
    buzzZ: null,
    buzzHours: 0,
    pumpFlag: false,
    pumpReasons: [],
    approximate: false,
    models: ['social=vader-finance@1.0.0'],
  } satisfies Partial<SymbolSentiment>;
}
