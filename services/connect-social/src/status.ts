import { stateOf, statusRecord, type Origin } from '@groundswell/connector';
import type { SourceStatus } from '@groundswell/schemas';
import { STREAM } from './gap.ts';

/** What the status of the source is made of; the loop writes it as things happen. */
export interface StatusFacts {
  stopped: string | null;
  confirmedSinceMs: number | null;
  downSinceMs: number;
  downReason: string | null;
  sinkRefuses: boolean;
  gapAtMs: number | null;
  openGaps: number;
  /** Connections that ended, whatever ended them. */
  reconnects: number;
  lastEventTimeUs: number | null;
  /** Arrival minus event time of the newest frame. */
  lagMs: number | null;
}

/** A replay is under way while frames are older than this. */
const CATCHING_UP_MS = 60_000;

/** Turns facts into status records, and tells when the state is another one than before. */
export function createStatus(
  origin: Origin,
  nowMs: number,
): {
  readonly facts: StatusFacts;
  readonly record: (nowMs: number) => { readonly record: SourceStatus; readonly changed: boolean };
} {
  const facts: StatusFacts = {
    stopped: null,
    confirmedSinceMs: null,
    downSinceMs: nowMs,
    downReason: null,
    sinkRefuses: false,
    gapAtMs: null,
    openGaps: 0,
    reconnects: 0,
    lastEventTimeUs: null,
    lagMs: null,
  };
  let lastState = '';
  let sinceMs = nowMs;
  return {
    facts,
    record(atMs) {
      const { lastEventTimeUs, lagMs, openGaps, reconnects } = facts;
      const holes = (lagMs ?? 0) > CATCHING_UP_MS ? 1 : 0;
      const { state, detail } = stateOf({ ...facts, holes }, atMs);
      const changed = state !== lastState;
      if (changed) sinceMs = atMs;
      lastState = state;
      const counted = { lastEventTimeUs, lagMs, openGaps, reconnects };
      const told = {
        state,
        detail,
        sinceUs: sinceMs * 1000,
        ...counted,
        delivery: 'EXACT',
      } as const;
      const record = statusRecord(origin, STREAM, told, atMs * 1000);
      return { record, changed };
    },
  };
}
