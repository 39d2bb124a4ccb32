import type {
  GapJson,
  InvestorBehaviourJson,
  MentionJson,
  SourceStatusJson,
  SymbolMarketJson,
  SymbolSentimentJson,
} from '@groundswell/schemas';

/** What a store held. `isComplete` false: a better answer may exist, so it is asked again for the next client. */
export interface Snapshot<T> {
  readonly records: readonly T[];
  readonly isComplete: boolean;
}

/**
 * Where a channel's state comes from before its first frame. Read after the log is followed, so that nothing falls between.
 * Every function throws a retriable error when no store answers.
 */
export interface SnapshotReader {
  /** Newest version of the last windows of each feed, oldest first. */
  bars(
    instrument: string,
    windowSizeMs: number,
    feeds: readonly string[],
    windowCount: number,
  ): Promise<Snapshot<SymbolMarketJson>>;
  /** Newest version of the last windows of mood, oldest first. */
  moods(
    instrument: string,
    windowSizeMs: number,
    windowCount: number,
  ): Promise<Snapshot<SymbolSentimentJson>>;
  /** The newest mentions that stand, oldest first. */
  posts(instrument: string, count: number): Promise<Snapshot<MentionJson>>;
  investor(investorKey: string): Promise<Snapshot<InvestorBehaviourJson>>;
  sources(): Promise<Snapshot<SourceStatusJson | GapJson>>;
}

export interface Clock {
  nowMs(): number;
}
