import type { SourceStatus } from '@groundswell/schemas';
import { statusRecord, type Origin } from './control-records.ts';
import { stateOf } from './source-state.ts';
import { createStreamTracker, type StreamTracker } from './stream-tracker.ts';

/** One stream while the connector runs: its ids and what its status says. */
export interface RunningStream {
  readonly name: string;
  readonly tracker: StreamTracker;
  /** Why it was given up; the others go on. */
  stopped: string | null;
  gapAtMs: number | null;
  lagMs: number | null;
  /** Its status now, and whether its state differs from the one before. */
  status(link: Link, nowMs: number): { readonly record: SourceStatus; readonly changed: boolean };
}

/** What the streams of one connection share. */
export interface Link {
  readonly stopped: string | null;
  readonly confirmedSinceMs: number | null;
  readonly downSinceMs: number;
  readonly downReason: string | null;
  readonly sinkRefuses: boolean;
}

export function createRunningStream(
  name: string,
  origin: Origin,
  position: number | null,
): RunningStream {
  const tracker = createStreamTracker(position);
  let lastState = '';
  let sinceMs = 0;
  const stream: RunningStream = {
    name,
    tracker,
    stopped: null,
    gapAtMs: null,
    lagMs: null,
    status(link, nowMs) {
      const facts = {
        ...link,
        stopped: stream.stopped ?? link.stopped,
        holes: tracker.holes().length,
        gapAtMs: stream.gapAtMs,
      };
      const { state, detail } = stateOf(facts, nowMs);
      const changed = state !== lastState;
      if (changed) sinceMs = nowMs;
      lastState = state;
      const record = statusRecord(
        origin,
        name,
        {
          state,
          detail,
          sinceUs: sinceMs * 1000,
          lastEventTimeUs: tracker.lastTimeUs(),
          lagMs: stream.lagMs,
          openGaps: tracker.openGapCount(),
          delivery: 'EXACT',
        },
        nowMs * 1000,
      );
      return { record, changed };
    },
  };
  return stream;
}
