import type { SourceUnavailableError } from './errors.ts';
import { nextBackoff, noFailures, type BackoffLimits, type BackoffState } from './backoff.ts';
import type { GapReason } from './control-records.ts';
import type { BackfilledFrame } from './source.ts';
import type { Hole } from './stream-tracker.ts';

export interface RepairLimits {
  readonly repairDelayMs: number;
  readonly maxRepairIds: number;
  readonly repairAttempts: number;
  readonly backoff: BackoffLimits;
}

/** What to do about a hole now. */
export type RepairStep =
  | { readonly kind: 'wait' }
  | { readonly kind: 'fetch'; readonly fromId: number; readonly toId: number }
  | {
      readonly kind: 'declare';
      readonly fromId: number;
      readonly toId: number;
      readonly reason: GapReason;
    };

interface Attempts {
  count: number;
  notBeforeMs: number;
  lastReason: GapReason;
}

/**
 * Bounded repair of holes (K7): a hole waits `repairDelayMs` for frames that are merely out of order, is then fetched up to
 * `repairAttempts` times and at last declared. Attempts follow the upper end of a hole, so what is left of it after a partial fill goes on
 * where it was. A source that asks us to wait is not asked before (LIMIT), whichever hole is next.
 */
export interface RepairPlan {
  next(stream: string, hole: Hole, nowMs: number): RepairStep;
  /** A fetch was answered; what is still missing was not there. */
  answered(stream: string, hole: Hole, nowMs: number): void;
  /** A fetch failed. */
  failed(stream: string, hole: Hole, error: SourceUnavailableError, nowMs: number): void;
  /** No holes are left anywhere: forget all attempts. */
  clear(): void;
}

export function createRepairPlan(limits: RepairLimits, random: () => number): RepairPlan {
  const attempts = new Map<string, Attempts>();
  let sourceNotBeforeMs = 0;
  let backoff: BackoffState = noFailures;
  const keyOf = (stream: string, hole: Hole): string => `${stream}/${hole.openedAtMs}/${hole.toId}`;
  const attemptsOf = (stream: string, hole: Hole): Attempts => {
    const key = keyOf(stream, hole);
    let one = attempts.get(key);
    if (one === undefined) {
      const notBeforeMs = hole.openedAtMs + limits.repairDelayMs;
      one = { count: 0, notBeforeMs, lastReason: 'not_at_source' };
      attempts.set(key, one);
    }
    return one;
  };

  return {
    next(stream, hole, nowMs) {
      const { fromId, toId } = hole;
      const count = toId - fromId + 1;
      if (count > limits.maxRepairIds) {
        const lastBeyond = toId - limits.maxRepairIds;
        return { kind: 'declare', fromId, toId: lastBeyond, reason: 'beyond_repair_bound' };
      }
      const one = attemptsOf(stream, hole);
      if (one.count >= limits.repairAttempts) {
        return { kind: 'declare', fromId, toId, reason: one.lastReason };
      }
      if (nowMs < Math.max(one.notBeforeMs, sourceNotBeforeMs)) return { kind: 'wait' };
      return { kind: 'fetch', fromId, toId };
    },
    answered(stream, hole, nowMs) {
      backoff = noFailures;
      const one = attemptsOf(stream, hole);
      one.count += 1;
      one.lastReason = 'not_at_source';
      // REST may lag behind the socket: ask again a little later each time.
      one.notBeforeMs = nowMs + limits.repairDelayMs * 2 ** one.count;
    },
    failed(stream, hole, error, nowMs) {
      const one = attemptsOf(stream, hole);
      one.lastReason = 'source_unavailable';
      const result = nextBackoff(
        backoff,
        {
          backoff: error.backoff,
          nowMs,
          healthyForMs: 0,
          retryAfterMs: error.retryAfterMs,
          chance: random(),
        },
        limits.backoff,
      );
      backoff = result.state;
      if (result.action.kind === 'stop') one.count = limits.repairAttempts;
      else {
        // Being asked to wait says nothing about the hole.
        if (error.backoff !== 'LIMIT') one.count += 1;
        sourceNotBeforeMs = nowMs + result.action.delayMs;
      }
    },
    clear: () => {
      attempts.clear();
    },
  };
}

/** Lowest id first, so that consumers get them nearly in order (K16). */
export function inIdOrder(frames: readonly BackfilledFrame[]): BackfilledFrame[] {
  const idOf = ({ outcome }: BackfilledFrame): number =>
    outcome.kind === 'event'
      ? outcome.event.id
      : outcome.kind === 'refused'
        ? (outcome.id ?? 0)
        : 0;
  return [...frames].sort((a, b) => idOf(a) - idOf(b));
}
