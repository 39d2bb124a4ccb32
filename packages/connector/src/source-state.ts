import type { SourceState } from '@groundswell/schemas';

/** Facts about one stream that decide what its status says. */
export interface StreamFacts {
  /** Why the stream or the whole source was given up; null while it runs. */
  readonly stopped: string | null;
  /** Since when the subscription is confirmed; null while it is not. */
  readonly confirmedSinceMs: number | null;
  /** Since when it is not confirmed (start or loss). */
  readonly downSinceMs: number;
  readonly downReason: string | null;
  /** Holes that a repair works on. */
  readonly holes: number;
  /** Newest declared gap. */
  readonly gapAtMs: number | null;
  /** The broker does not take our events. */
  readonly sinkRefuses: boolean;
}

/** Longer than this without a connection is trouble, not a reconnect. */
const CONNECTING_MS = 30_000;
/** A declared gap colours the status this long; the count of open gaps stays. */
const GAP_SHOWN_MS = 60_000;

export function stateOf(
  facts: StreamFacts,
  nowMs: number,
): { state: SourceState; detail: string | null } {
  if (facts.stopped !== null) return { state: 'STOPPED', detail: facts.stopped };
  if (facts.confirmedSinceMs === null) {
    const long = nowMs - facts.downSinceMs > CONNECTING_MS;
    return { state: long ? 'DEGRADED' : 'CONNECTING', detail: facts.downReason };
  }
  if (facts.sinkRefuses) return { state: 'DEGRADED', detail: 'events wait for the broker' };
  if (facts.holes > 0) return { state: 'CATCHING_UP', detail: 'missing events are being fetched' };
  if (facts.gapAtMs !== null && nowMs - facts.gapAtMs < GAP_SHOWN_MS) {
    return { state: 'GAP', detail: 'the source no longer has some events' };
  }
  return { state: 'LIVE', detail: null };
}
