import type {
  InvestorBehaviourJson,
  SymbolMarketJson,
  SymbolSentimentJson,
} from '@groundswell/schemas';
import type { JoinedMood } from './joined-mood.ts';

export type FeatureRecordJson = SymbolMarketJson | SymbolSentimentJson | InvestorBehaviourJson;

/** A value as the API shows it: quality first, then the value itself. */
export interface Item {
  readonly feature_set: string;
  readonly entity: string;
  readonly window: { readonly size_ms: number; readonly start: string; readonly end: string };
  readonly lineage: number;
  readonly revision: number;
  readonly status: string;
  readonly n: number;
  readonly late_count: number;
  readonly watermark: string;
  readonly known_at: string;
  readonly cause: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly value: Readonly<Record<string, unknown>>;
  /** Of moods in latest answers. */
  readonly joined?: JoinedMood;
}

/** Fields that leave the house, by name: a field that is added to a record is not published by accident (S41). */
const MARKET_FIELDS = [
  'instrument_id',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'trade_count',
  'vwap',
  'realised_volatility',
  'return_count',
] as const satisfies readonly (keyof SymbolMarketJson)[];

const SENTIMENT_FIELDS = [
  'instrument_id',
  'raw',
  'weighted',
  'raw_minus_weighted',
  'skipped_count',
  'author_count',
  'unique_author_ratio',
  'effective_authors',
  'top_author_share',
  'near_duplicate_share',
  'new_account_share',
  'buzz_z',
  'buzz_hours',
  'pump_flag',
  'pump_reasons',
  'approximate',
  'models',
] as const satisfies readonly (keyof SymbolSentimentJson)[];

const BEHAVIOUR_FIELDS = [
  'currency',
  'realised_pnl',
  'unrealised_pnl',
  'cash',
  'fees',
  'income',
  'net_deposits',
  'traded_value',
  'market_value',
  'equity',
  'conservation_difference',
  'holdings',
  'realised_by_instrument',
  'unpriced',
  'quarantined',
  'unmatched',
  'rejected_count',
  'unsupported_count',
  'orphan_count',
  'conflict_count',
  'winners',
  'losers',
  'winner_days',
  'loser_days',
  'holding_time_ratio',
  'holding_time_ratio_weighted',
  'holding_count',
  'hhi',
  'effective_n',
  'hhi_normalised',
  'max_weight',
  'top3_weight',
  'through_day',
  'disposition',
  'turnover',
  'turnover_month',
  'turnover_gross_book',
  'open_losers',
  'open_loser_days',
] as const satisfies readonly (keyof InvestorBehaviourJson)[];

export function toItem(record: FeatureRecordJson, joined: JoinedMood | null = null): Item {
  return {
    feature_set: record.feature_set,
    entity: record.entity,
    window: {
      size_ms: record.window_size_ms,
      start: record.window_start,
      end: record.window_end,
    },
    lineage: record.lineage,
    revision: record.revision,
    status: record.status,
    n: record.n,
    late_count: record.late_count,
    watermark: record.watermark,
    known_at: record.known_at,
    cause: record.cause,
    counts: record.counts,
    value: valueOf(record),
    ...(joined === null ? {} : { joined }),
  };
}

function valueOf(record: FeatureRecordJson): Record<string, unknown> {
  if ('investor_key' in record) return pick(record, BEHAVIOUR_FIELDS);
  return 'weighted' in record ? pick(record, SENTIMENT_FIELDS) : pick(record, MARKET_FIELDS);
}

function pick<T extends object>(
  record: T,
  names: readonly (keyof T & string)[],
): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, record[name]]));
}
