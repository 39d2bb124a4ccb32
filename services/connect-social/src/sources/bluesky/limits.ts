import { defaultBackoffLimits, type BackoffLimits } from '@groundswell/connector';

/** How we use a Jetstream host (P1-P5, K1-K5). */
export interface BlueskyLimits {
  /** Deadline of connecting (K1). */
  readonly stageMs: number;
  /** Silence after which a host counts as dead: the network posts all the time, so pings do not count (P3). */
  readonly watchdogMs: number;
  readonly maxFrameBytes: number;
  /** Records without an ack at which reading pauses. */
  readonly maxInFlight: number;
  readonly backoff: BackoffLimits;
  readonly positionSaveMs: number;
  readonly statusMs: number;
  /** Resumed on the same host that much earlier: times are not monotonic (P5; 0.4 s were seen). */
  readonly rewindUs: number;
  /** The same for sequence numbers. */
  readonly rewindSeq: number;
  /** Resumed that much earlier on another host, whose clock is another (K12). */
  readonly hostSkewUs: number;
}

export const blueskyLimits: BlueskyLimits = {
  stageMs: 10_000,
  watchdogMs: 30_000,
  maxFrameBytes: 4_000_000,
  maxInFlight: 2_000,
  backoff: defaultBackoffLimits,
  positionSaveMs: 1_000,
  statusMs: 5_000,
  rewindUs: 2_000_000,
  rewindSeq: 100,
  hostSkewUs: 5_000_000,
};

/** Public instances of the first API. */
export const blueskyHosts: readonly string[] = [
  'wss://jetstream1.us-east.bsky.network',
  'wss://jetstream2.us-east.bsky.network',
  'wss://jetstream1.us-west.bsky.network',
  'wss://jetstream2.us-west.bsky.network',
];

/** Longest text that is kept, UTF-16 code units. Bluesky allows 300 graphemes, at most 3,000 bytes. */
export const MAX_TEXT_UNITS = 3_000;
