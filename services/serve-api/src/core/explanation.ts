import { createHash } from 'node:crypto';
import { formatIsoUs, parseIsoUs } from '@groundswell/domain';
import {
  features,
  type FeatureSetName,
  type SymbolMarketJson,
  type SymbolSentimentJson,
} from '@groundswell/schemas';
import { liesInWindow, worstState, type SourceStates } from './freshness.ts';
import type { JoinedMood } from './joined-mood.ts';
import type { WindowFacts } from './window-size.ts';

export type PublicRecordJson = SymbolMarketJson | SymbolSentimentJson;

interface Step {
  readonly step: 'seen' | 'late' | 'counted' | 'without_score' | 'near_copies' | 'effective';
  /** Null where it is not stored. */
  readonly count: number | null;
  /** Where the rule stands in the specification. */
  readonly rule: string;
}

interface Formula {
  readonly name: string;
  readonly formula: string;
  readonly rule: string;
  readonly inputs: Readonly<Record<string, number | string | null>>;
  readonly result: number | string | null;
}

/** From events to number, in order (dashboard.md section 3). */
export function pathOf(record: PublicRecordJson): readonly Step[] {
  const steps: Step[] = [
    { step: 'seen', count: record.n + record.late_count, rule: 'features W1' },
    { step: 'late', count: record.late_count, rule: 'features W3' },
    {
      step: 'counted',
      count: record.n,
      rule: isMood(record) ? 'sentiment S60' : 'features M1',
    },
  ];
  if (!isMood(record)) return steps;
  const { near_duplicate_share: share, skipped_count, weighted, approximate } = record;
  // Of a sample the share is that of the sample: how many of all are copies is then not known.
  const copies = share === null || approximate ? null : Math.round(share * record.n);
  return [
    ...steps,
    { step: 'without_score', count: skipped_count, rule: 'sentiment S3' },
    { step: 'near_copies', count: copies, rule: 'sentiment S64' },
    { step: 'effective', count: weighted.n_eff, rule: 'sentiment S62' },
  ];
}

export function formulasOf(
  record: PublicRecordJson,
  joined: JoinedMood | null,
): readonly Formula[] {
  if (!isMood(record)) {
    const { volume, trade_count, vwap } = record;
    return [
      {
        name: 'vwap',
        formula: 'sum of price x size / sum of size',
        rule: 'features M1',
        inputs: { volume, trade_count },
        result: vwap,
      },
    ];
  }
  const { weighted, raw } = record;
  const series = (name: string, { sentiment, weight_sum }: typeof raw): Formula => ({
    name,
    formula: 'sum of weight x score / sum of weight',
    rule: 'sentiment S62',
    inputs: {
      weight_sum,
      weighted_score_sum: sentiment === null ? null : sentiment * weight_sum,
    },
    result: sentiment,
  });
  return [
    series('sentiment, weighted', weighted),
    series('sentiment, raw', raw),
    {
      name: 'sentiment_shrunk',
      formula: '(weight_sum x sentiment + 5 x market_sentiment) / (weight_sum + 5)',
      rule: 'sentiment S62',
      inputs: {
        weight_sum: weighted.weight_sum,
        sentiment: weighted.sentiment,
        market_sentiment: joined?.market_sentiment ?? null,
      },
      result: joined?.sentiment_shrunk ?? null,
    },
  ];
}

/** Each source that was counted, with what is known of it now. */
export function sourcesOf(record: PublicRecordJson, states: SourceStates, nowMs: number) {
  return Object.entries(record.counts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([source, count]) => {
      const streams = states.statuses.filter((status) => status.source === source);
      const times = streams.flatMap(({ last_event_time: time }) =>
        time === null ? [] : [parseIsoUs(time).us],
      );
      return {
        source,
        count,
        state: worstState(streams, nowMs),
        last_event_time: times.length === 0 ? null : formatIsoUs(Math.max(...times)),
        gaps: states.openGaps.filter((gap) => gap.source === source && liesInWindow(gap, record))
          .length,
      };
    });
}

export function revisionOf(record: PublicRecordJson) {
  const { lineage, revision, known_at, cause, status, n } = record;
  const value = isMood(record) ? record.weighted.sentiment : record.close;
  return { lineage, revision, known_at, cause, status, n, value };
}

/** The watermarks at which a window becomes final, and beyond which nothing changes it. */
export function finalityOf(record: PublicRecordJson, { graceMs, correctionMs }: WindowFacts) {
  const finalUs = parseIsoUs(record.window_end).us + graceMs * 1000;
  return {
    final_from: formatIsoUs(finalUs),
    correctable_until: formatIsoUs(finalUs + correctionMs * 1000),
  };
}

export function definitionOf(featureSet: FeatureSetName) {
  const entry = features[featureSet];
  return {
    feature_set: featureSet,
    description: entry.description,
    version: createHash('sha256').update(JSON.stringify(entry)).digest('hex').slice(0, 12),
  };
}

function isMood(record: PublicRecordJson): record is SymbolSentimentJson {
  return 'weighted' in record;
}
