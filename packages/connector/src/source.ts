import type { TopicName } from '@groundswell/schemas';
import type { TopicRecords } from '@groundswell/schemas';
import type { BackoffClass, BackoffLimits } from './backoff.ts';

/** One event of a source in the shape of its topic. */
export interface SourceEvent<T extends TopicName = TopicName> {
  /** Unit with contiguous ids of its own: a product of a venue. */
  readonly stream: string;
  readonly id: number;
  readonly eventTimeUs: number;
  readonly topic: T;
  readonly key: string;
  readonly record: TopicRecords[T] & { readonly eventId: string };
}

/** What a frame, or one row of it, means. `parse` is pure: the same text gives the same outcomes. */
export type FrameOutcome =
  | { readonly kind: 'event'; readonly event: SourceEvent }
  /** The source lives; where it tells the newest id, holes of quiet streams show. */
  | { readonly kind: 'heartbeat'; readonly stream: string; readonly lastId: number }
  /** The whole set of streams that is subscribed now (K2). */
  | { readonly kind: 'subscribed'; readonly streams: readonly string[] }
  /** One more stream is subscribed now, at sources that acknowledge each alone (K2). */
  | { readonly kind: 'acknowledged'; readonly stream: string }
  /** Of no interest; counted by `what` (K15). */
  | { readonly kind: 'ignored'; readonly what: string }
  /** Not usable: dead letter. `stream` and `id` where they could be read: the id then counts as settled. */
  | {
      readonly kind: 'refused';
      readonly reason: string;
      readonly stream: string | null;
      readonly id: number | null;
    }
  /** The source refuses: one stream, or (null) the whole connection. */
  | {
      readonly kind: 'failure';
      readonly backoff: BackoffClass;
      readonly reason: string;
      readonly stream: string | null;
    };

export interface BackfillRequest {
  readonly stream: string;
  readonly fromId: number;
  readonly toId: number;
  /** Times of the newest event below the range and of the first one above it, where known: for sources that are asked by time. */
  readonly afterUs: number | null;
  readonly beforeUs: number | null;
  readonly ingestTimeUs: number;
  readonly signal: AbortSignal;
}

/** An outcome of a backfill together with the text it was read from, for dead letters. */
export interface BackfilledFrame {
  readonly outcome: FrameOutcome;
  readonly text: string;
}

/** What a WebSocket source must say about itself; everything else is the contract's. */
export interface SocketSource {
  /** Names the cursor: two hosts with different ids need two names (K12). */
  readonly cursorName: string;
  /** `source` of statuses, gaps and dead letters. */
  readonly source: string;
  readonly feed: string;
  readonly url: string;
  readonly streams: readonly string[];
  readonly limits: ConnectorLimits;
  subscribeText(streams: readonly string[]): string;
  /** One outcome, or one per row where a frame holds several. A refused row is dead-lettered with its whole frame. */
  parse(text: string, ingestTimeUs: number): FrameOutcome | readonly FrameOutcome[];
  /**
   * Everything the source still has of a range of ids.
   * @throws SourceUnavailableError
   */
  backfill(request: BackfillRequest): Promise<readonly BackfilledFrame[]>;
}

/** Limits of a source: data, never code (house style: `limits.ts`). */
export interface ConnectorLimits {
  /** Deadline of each stage: connect, confirm (K1). */
  readonly stageMs: number;
  /** Silence after which the connection counts as dead (K3). */
  readonly watchdogMs: number;
  /** Frames longer than this end the connection. */
  readonly maxFrameBytes: number;
  /** Events handed to the broker and not acked; at this many reading pauses. */
  readonly maxInFlight: number;
  readonly backoff: BackoffLimits;
  /** A hole younger than this may still close by itself: frames come slightly out of order. */
  readonly repairDelayMs: number;
  /** Ids of one hole that are fetched at most, the newest first. */
  readonly maxRepairIds: number;
  /** Tries per hole before it is declared open. */
  readonly repairAttempts: number;
  readonly cursorSaveMs: number;
  readonly statusMs: number;
}
