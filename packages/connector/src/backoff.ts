/**
 * When to try again (K5). Pure: time and chance are arguments.
 *
 * NET network trouble; LIMIT asked to wait; MOVE the source moves us, reconnect at once; SLOW we were too slow, resume from the cursor;
 * CURSOR our position is too old; STOP trying again can only do harm.
 */
export type BackoffClass = 'NET' | 'LIMIT' | 'MOVE' | 'SLOW' | 'CURSOR' | 'STOP';

export interface BackoffLimits {
  /** First bound of the jittered NET delay; doubles per failure. */
  readonly netBaseMs: number;
  readonly netMaxMs: number;
  /** LIMIT without a stated time; doubles per refusal. */
  readonly limitBaseMs: number;
  readonly limitMaxMs: number;
  /** A connection this long healthy forgets earlier failures. */
  readonly healthyMs: number;
  /** This many SLOW within `slowWithinMs` is an alert. */
  readonly slowCount: number;
  readonly slowWithinMs: number;
}

export const defaultBackoffLimits: BackoffLimits = {
  netBaseMs: 250,
  netMaxMs: 30_000,
  limitBaseMs: 60_000,
  limitMaxMs: 900_000,
  healthyMs: 60_000,
  slowCount: 3,
  slowWithinMs: 600_000,
};

export interface BackoffState {
  readonly netFailures: number;
  readonly limitRefusals: number;
  readonly slowAtMs: readonly number[];
}

export const noFailures: BackoffState = { netFailures: 0, limitRefusals: 0, slowAtMs: [] };

export interface Failure {
  readonly backoff: BackoffClass;
  readonly nowMs: number;
  /** How long the connection was healthy before it ended. */
  readonly healthyForMs: number;
  /** What the source asked for, if it did. */
  readonly retryAfterMs: number | null;
  /** Uniform in [0, 1): full jitter. */
  readonly chance: number;
}

export type BackoffAction =
  | { readonly kind: 'retry'; readonly delayMs: number; readonly alert: boolean }
  | { readonly kind: 'stop' };

export function nextBackoff(
  before: BackoffState,
  failure: Failure,
  limits: BackoffLimits,
): { readonly state: BackoffState; readonly action: BackoffAction } {
  const state = failure.healthyForMs >= limits.healthyMs ? { ...before, ...fresh } : before;
  const retry = (delayMs: number, alert = false): BackoffAction => ({
    kind: 'retry',
    delayMs,
    alert,
  });
  switch (failure.backoff) {
    case 'STOP':
      return { state, action: { kind: 'stop' } };
    case 'MOVE':
    case 'CURSOR':
      return { state, action: retry(0) };
    case 'SLOW': {
      const recent = state.slowAtMs.filter((atMs) => failure.nowMs - atMs < limits.slowWithinMs);
      const slowAtMs = [...recent, failure.nowMs];
      return {
        state: { ...state, slowAtMs },
        action: retry(0, slowAtMs.length >= limits.slowCount),
      };
    }
    case 'LIMIT': {
      const own = limits.limitBaseMs * 2 ** Math.min(state.limitRefusals, 20);
      const delayMs = failure.retryAfterMs ?? Math.min(limits.limitMaxMs, own);
      return {
        state: { ...state, limitRefusals: state.limitRefusals + 1 },
        action: retry(delayMs),
      };
    }
    case 'NET': {
      // Bounds of the delay: 250, 500, 1000 ... 30000 ms; the delay is uniform below the bound.
      const bound = Math.min(
        limits.netMaxMs,
        limits.netBaseMs * 2 ** Math.min(state.netFailures, 20),
      );
      const delayMs = Math.floor(bound * failure.chance);
      return { state: { ...state, netFailures: state.netFailures + 1 }, action: retry(delayMs) };
    }
  }
}

const fresh = { netFailures: 0, limitRefusals: 0 };
