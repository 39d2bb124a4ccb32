import type { MoodLabel } from './mood-record.ts';
import { wilsonInterval } from './wilson.ts';

/** One scored mention with its weights in one series. */
export interface WeighedMention {
  readonly label: MoodLabel;
  readonly score: number;
  /** w of S61. */
  readonly weight: number;
  /** What it adds to M+, M- or M0 (S62). */
  readonly mass: number;
}

/** One series of S62 as published. Zero denominators give null (C12). */
export interface MoodSeriesValues {
  readonly sentiment: number | null;
  readonly weightSum: number;
  readonly nEff: number | null;
  readonly dispersion: number | null;
  readonly positive: number;
  readonly neutral: number;
  readonly negative: number;
  readonly bullishnessRatio: number | null;
  readonly bullishness: number;
  readonly agreement: number | null;
  readonly disagreement: number | null;
  readonly bullShare: number | null;
  readonly bullShareLow: number | null;
  readonly bullShareHigh: number | null;
}

export type LabelMasses = Readonly<Record<MoodLabel, number>>;

/**
 * Weighted mean, spread and bullishness of the mentions (S62; Antweiler & Frank 2004, eq. 1, 2 and 4).
 * @param masses M+, M0 and M-; @default the sums over the mentions. Given where the mentions are only a sample
 * @param shareSize how many independent voices stand behind the share; null: M itself, the raw count
 */
export function seriesValues(
  mentions: readonly WeighedMention[],
  options: { readonly masses?: LabelMasses; readonly share: 'counted' | 'effective' },
): MoodSeriesValues {
  const masses = options.masses ?? massesOf(mentions);
  const moments = momentsOf(mentions);
  const { POSITIVE: positive, NEUTRAL: neutral, NEGATIVE: negative } = masses;
  const polar = positive + negative;
  const ratio = polar > 0 ? (positive - negative) / polar : null;
  const disagreement = ratio === null ? null : Math.sqrt(1 - ratio * ratio);
  const bullShare = polar > 0 ? positive / polar : null;
  const voices = options.share === 'counted' ? polar : moments.nEff;
  const interval = bullShare === null || voices === null ? null : wilsonInterval(bullShare, voices);
  return {
    ...moments,
    positive,
    neutral,
    negative,
    bullishnessRatio: ratio,
    bullishness: Math.log((1 + positive) / (1 + negative)),
    agreement: disagreement === null ? null : 1 - disagreement,
    disagreement,
    bullShare,
    bullShareLow: interval?.low ?? null,
    bullShareHigh: interval?.high ?? null,
  };
}

function momentsOf(
  mentions: readonly WeighedMention[],
): Pick<MoodSeriesValues, 'sentiment' | 'weightSum' | 'nEff' | 'dispersion'> {
  let weightSum = 0;
  let squares = 0;
  let scores = 0;
  for (const { weight, score } of mentions) {
    weightSum += weight;
    squares += weight * weight;
    scores += weight * score;
  }
  if (weightSum === 0) return { sentiment: null, weightSum, nEff: null, dispersion: null };
  const sentiment = scores / weightSum;
  let spread = 0;
  for (const { weight, score } of mentions) spread += weight * (score - sentiment) ** 2;
  return {
    sentiment,
    weightSum,
    nEff: (weightSum * weightSum) / squares,
    dispersion: Math.sqrt(spread / weightSum),
  };
}

function massesOf(mentions: readonly WeighedMention[]): LabelMasses {
  const masses = { POSITIVE: 0, NEUTRAL: 0, NEGATIVE: 0 };
  for (const { label, mass } of mentions) masses[label] += mass;
  return masses;
}
