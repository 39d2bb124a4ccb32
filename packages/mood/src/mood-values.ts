import { attentionOf, type Attention } from './attention.ts';
import { buzzZ } from './buzz.ts';
import { duplicateClusters } from './clusters.ts';
import { effectiveAuthors, integrityOf, type Integrity } from './integrity.ts';
import { compareRecords, type MoodRecord } from './mood-record.ts';
import { pumpFlag, type PumpReason } from './pump.ts';
import { MAX_RECORDS, sampleRecords } from './sample.ts';
import { seriesValues, type MoodSeriesValues, type WeighedMention } from './series-values.ts';
import { ageWeight, symbolWeight } from './weights.ts';

/** Everything that is published of one window (S60 to S68). */
export interface MoodValues extends Omit<Attention, 'labels'> {
  /** Factors of S64 to S66 are 1. */
  readonly raw: MoodSeriesValues;
  readonly weighted: MoodSeriesValues;
  readonly rawMinusWeighted: number | null;
  readonly effectiveAuthors: number | null;
  /** Mentions in clusters of more than one / mentions looked at. */
  readonly nearDuplicateShare: number | null;
  readonly buzzZ: number | null;
  /** Hours that buzzZ compares with. */
  readonly buzzHours: number;
  readonly pumpFlag: boolean;
  readonly pumpReasons: readonly PumpReason[];
  /** More mentions than are looked at: sums are those of a sample, counts are exact (S60). */
  readonly approximate: boolean;
}

export interface MoodContext {
  readonly windowEndMs: number;
  /** Age at which a mention counts half (S61). @default 1 h, intraday */
  readonly halfLifeMs?: number;
  /** Mentions in the same hour of earlier weeks. @default none: no buzz */
  readonly buzzHistory?: readonly number[];
  /** Low capitalisation or dollar volume (S68). @default true: of a symbol without either the flag must not be lost */
  readonly smallMarket?: boolean;
  /** @default 10,000 (S60) */
  readonly maxRecords?: number;
}

const HOUR_MS = 3_600_000;
const NO_DAMPING: Integrity = { copy: 1, cap: 1, author: 1, bot: 1 };

/**
 * The values of a set of mentions. A pure function of the set: records come in any order and in any parts, sums are taken in one
 * order of their own (S60).
 */
export function moodValues(records: readonly MoodRecord[], context: MoodContext): MoodValues {
  const { maxRecords = MAX_RECORDS, buzzHistory = [], smallMarket = true } = context;
  const { labels, ...attention } = attentionOf(records);
  const sample = sampleRecords(records, maxRecords).toSorted(compareRecords);
  const { clusterOf } = duplicateClusters(sample);
  const nearDuplicateShare = sample.length > 0 ? copied(clusterOf) / sample.length : null;
  const indices = [...sample.keys()].filter((index) => sample[index]?.skipped === false);
  const scored = sample.filter(({ skipped }) => !skipped);
  const factors = integrityOf(scored, (nth) => clusterOf[indices[nth] ?? 0] ?? 0);
  const raw = seriesValues(weigh(scored, null, context), { masses: labels, share: 'counted' });
  const weighted = seriesValues(weigh(scored, factors, context), { share: 'effective' });
  const buzz = buzzZ(attention.n, buzzHistory);
  const pump = pumpFlag({
    buzzZ: buzz,
    uniqueAuthorRatio: attention.uniqueAuthorRatio,
    nearDuplicateShare,
    newAccountShare: attention.newAccountShare,
    agreement: raw.agreement,
    polarCount: raw.positive + raw.negative,
    smallMarket,
  });
  return {
    ...attention,
    raw,
    weighted,
    rawMinusWeighted:
      raw.sentiment === null || weighted.sentiment === null
        ? null
        : raw.sentiment - weighted.sentiment,
    effectiveAuthors: effectiveAuthors(scored, factors),
    nearDuplicateShare,
    buzzZ: buzz,
    buzzHours: buzzHistory.length,
    pumpFlag: pump.flag,
    pumpReasons: pump.reasons,
    approximate: records.length > maxRecords,
  };
}

/** S61; without factors all of S64 to S66 are 1. */
function weigh(
  scored: readonly MoodRecord[],
  factors: readonly Integrity[] | null,
  { windowEndMs, halfLifeMs = HOUR_MS }: MoodContext,
): readonly WeighedMention[] {
  return scored.map((record, index) => {
    const { copy, cap, author, bot } = factors?.[index] ?? NO_DAMPING;
    const base =
      symbolWeight(record.symbolCount, record.stuffed) *
      (record.calibrated ? record.confidence : 1) *
      ageWeight(windowEndMs - record.eventTimeUs / 1000, halfLifeMs);
    return {
      label: record.label,
      score: record.score,
      weight: author * cap * copy * base,
      mass: copy * cap * bot,
    };
  });
}

/** Members of clusters of more than one. */
function copied(clusterOf: Int32Array): number {
  const sizes = new Map<number, number>();
  for (const cluster of clusterOf) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  let members = 0;
  for (const size of sizes.values()) if (size > 1) members += size;
  return members;
}
