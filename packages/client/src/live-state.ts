/** What a person should know about the connection (dashboard.md section 4). */
export type LiveStateName =
  'connecting' | 'live' | 'catching_up' | 'gap' | 'reconnecting' | 'offline' | 'signed_out';

export interface LiveState {
  readonly name: LiveStateName;
  /** Failed attempts in a row. */
  readonly attempt: number;
  /** Why it is not live, where somebody said so. */
  readonly detail: string | null;
}

export interface ConnectionFacts {
  readonly isSignedOut: boolean;
  readonly isConnected: boolean;
  readonly wasConnected: boolean;
  readonly failedAttempts: number;
  /** A channel lost continuity, or an event channel lost items and nobody has taken note. */
  readonly hasGap: boolean;
  /** A channel waits for its answer. */
  readonly isWaiting: boolean;
  /** The gateway cannot read the log. */
  readonly degraded: string | null;
}

/** Attempts after which a person should stop expecting it to come back in a moment. */
const OFFLINE_AFTER = 3;

export function liveStateOf(facts: ConnectionFacts): LiveState {
  return { name: nameOf(facts), attempt: facts.failedAttempts, detail: facts.degraded };
}

function nameOf(facts: ConnectionFacts): LiveStateName {
  if (facts.isSignedOut) return 'signed_out';
  if (!facts.isConnected) {
    if (facts.failedAttempts >= OFFLINE_AFTER) return 'offline';
    return facts.wasConnected ? 'reconnecting' : 'connecting';
  }
  if (facts.hasGap) return 'gap';
  return facts.isWaiting || facts.degraded !== null ? 'catching_up' : 'live';
}

/** A value that can be watched; the shape of a Svelte store. */
export interface Observable<T> {
  get(): T;
  /** Calls at once and after each change; the returned function ends it. */
  subscribe(run: (value: T) => void): () => void;
}

export function createObservable<T>(
  initial: T,
  isEqual: (a: T, b: T) => boolean,
): Observable<T> & { set(value: T): void } {
  let value = initial;
  const runs = new Set<(value: T) => void>();
  return {
    get: () => value,
    set(next) {
      if (isEqual(value, next)) return;
      value = next;
      for (const run of runs) run(value);
    },
    subscribe(run) {
      runs.add(run);
      run(value);
      return () => {
        runs.delete(run);
      };
    },
  };
}
