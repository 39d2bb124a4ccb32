import type { Versioned } from '@groundswell/domain';
import type {
  InvestorBehaviourJson,
  MentionJson,
  SymbolMarketJson,
  SymbolSentimentJson,
  TradeJson,
} from './generated/records.ts';

/**
 * The channel protocol between gateway and clients (`schemas/live/channels.md`, processing.md I14). Types only: both ends share
 * them, and nothing of them is left in a bundle.
 */

/** How far a client has come in a channel. Valid for one gateway replica. */
export interface LiveCursor {
  readonly epoch: string;
  readonly seq: number;
}

/** One value. `key` is its value key; a newer item of the same key replaces it (I7). */
export interface LiveItem<D = unknown> extends Versioned {
  readonly key: string;
  readonly data: D;
}

/** What changed in a channel after `from`, up to and with `seq`; several updates of one key show as the last of them. */
export interface LiveFrame extends LiveCursor {
  readonly channel: string;
  readonly from: number;
  readonly items: readonly LiveItem[];
}

export interface SubscribeRequest {
  readonly channel: string;
  readonly cursor?: LiveCursor;
}

/**
 * What became of a subscription. `resumed`: frames cover everything after the cursor, `seq` is the cursor's. `resynced`: the
 * snapshot replaces the channel's state and nothing needed is missing. `gap`: as `resynced`, but an event channel lost items.
 */
export type LiveVerdict = 'resumed' | 'resynced' | 'gap';

export interface SubscribeAccepted extends LiveCursor {
  readonly verdict: LiveVerdict;
  readonly snapshot?: readonly LiveItem[];
  /** With `gap`: first and last instant of what is missing, ISO 8601. */
  readonly gap?: { readonly from_time: string; readonly to_time: string };
}

/** RFC 9457 problem. */
export interface LiveProblem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
}

export interface LiveRefused {
  readonly error: LiveProblem;
}

export type SubscribeAnswer = SubscribeAccepted | LiveRefused;

/** Answer of `unsubscribe`. */
export type UnsubscribeAnswer = Readonly<Record<string, never>> | LiveRefused;

/** Sent at connect and as answer of `authenticate`: a duration, so that clocks need not agree. */
export interface LiveSession {
  readonly expires_in_ms: number;
}

/** `degraded`: the gateway cannot read the log, so what it shows grows old. */
export interface LiveGatewayStatus {
  readonly state: 'live' | 'degraded';
  /** ISO 8601. */
  readonly since: string;
  readonly detail: string | null;
}

/** `price:<instrument>`: the latest trade of a feed. */
export type PriceData = Pick<
  TradeJson,
  'price' | 'size' | 'aggressor' | 'event_time' | 'ingest_time' | 'delayed_seconds'
> & { readonly instrument_id: string; readonly feed: string };

/** `market:<instrument>:<size>`: one bar. */
export type MarketData = Omit<
  SymbolMarketJson,
  | 'event_id'
  | 'op'
  | 'ref_event_id'
  | 'sequence'
  | 'event_time_nanos_rem'
  | 'positions'
  | 'condition_table'
>;

/** `investor:<investor_key>`: ledger and behaviour. */
export type InvestorData = Omit<
  InvestorBehaviourJson,
  'event_id' | 'op' | 'ref_event_id' | 'sequence' | 'event_time_nanos_rem' | 'positions'
>;

/** `sentiment:<instrument>:<size>`: the mood of one window. */
export type SentimentData = Omit<
  SymbolSentimentJson,
  | 'event_id'
  | 'op'
  | 'ref_event_id'
  | 'source'
  | 'feed'
  | 'sequence'
  | 'event_time_nanos_rem'
  | 'positions'
>;

/** `posts:<instrument>`: one mention of it. `author_key` is `a.` and four digits of a hash, here and in REST answers (S69). */
export type PostData = Pick<
  MentionJson,
  | 'event_id'
  | 'op'
  | 'source'
  | 'source_class'
  | 'event_time'
  | 'ingest_time'
  | 'instrument_id'
  | 'post_id'
  | 'post_revision'
  | 'author_key'
  | 'author_followers'
  | 'content_hash'
  | 'simhash'
  | 'label'
  | 'score'
  | 'confidence'
  | 'calibrated'
  | 'skipped'
  | 'model_id'
  | 'model_version'
  | 'symbol_count'
  | 'is_primary'
  | 'stuffed'
  | 'target_start'
  | 'target_end'
  | 'text'
  | 'words'
>;

/** In `posts:<instrument>`: a mention that was taken back. Clients drop the item of the same key. */
export interface PostTakenBack {
  readonly op: 'CANCEL';
  readonly post_id: string;
  readonly instrument_id: string;
}
