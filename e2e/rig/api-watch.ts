import { setTimeout as pause } from 'node:timers/promises';
import type { Caller } from './callers.ts';
import { until } from './until.ts';

/** One answer for the latest value, as far as trust goes. */
export interface LatestSeen {
  readonly status: number;
  readonly servedFrom: string | null;
  readonly freshness: string | null;
}

/** Asks for one latest value all the time, as a page would. */
export interface ApiWatch {
  /** Wait for an answer that was asked for after this call. */
  next(isWanted: (seen: LatestSeen) => boolean): Promise<LatestSeen>;
  answers(): number;
  /** Answers that were no value. */
  readonly failures: readonly string[];
  /**
   * Answers that were older than one before out of the same store. Between the stores there is no such promise: the online one follows
   * history, and after an outage it may be seconds behind; `known_at` says so.
   */
  readonly regressions: readonly string[];
  stop(): Promise<void>;
}

interface Body {
  readonly served_from?: string;
  readonly freshness?: { readonly state: string };
  readonly item?: {
    readonly lineage: number;
    readonly revision: number;
    readonly window: { readonly start: string };
  };
}

/** Lineage, window start, revision. */
type Version = readonly [number, string, number];

const EVERY_MS = 100;

export function watchApi(caller: Caller, path: string): ApiWatch {
  const failures: string[] = [];
  const regressions: string[] = [];
  let asked = 0;
  let seen: LatestSeen = { status: 0, servedFrom: null, freshness: null };
  const highest = new Map<string | null, Version>();
  let isOver = false;

  async function ask(): Promise<void> {
    const { status, body } = await caller.ask(path);
    const { served_from: servedFrom = null, freshness, item } = body as Body;
    seen = { status, servedFrom, freshness: freshness?.state ?? null };
    asked += 1;
    if (item === undefined) {
      failures.push(`${status} ${JSON.stringify(body)}`);
      return;
    }
    const version = [item.lineage, item.window.start, item.revision] as const;
    const before = highest.get(servedFrom);
    if (before !== undefined && isBefore(version, before))
      regressions.push(`${before.join('/')} became ${version.join('/')} from ${servedFrom}`);
    else highest.set(servedFrom, version);
  }

  async function loop(): Promise<void> {
    while (!isOver) {
      await ask().catch((thrown: unknown) => failures.push(String(thrown)));
      await pause(EVERY_MS);
    }
  }
  const done = loop();

  return {
    async next(isWanted) {
      // The one under way may have been asked before.
      const from = asked + 1;
      await until(
        'the wanted answer',
        () => {
          if (asked > from && isWanted(seen)) return true;
          return JSON.stringify(seen);
        },
        { everyMs: 20 },
      );
      return seen;
    },
    answers: () => asked,
    failures,
    regressions,
    async stop() {
      isOver = true;
      await done;
    },
  };
}

function isBefore(a: Version, b: Version): boolean {
  if (a[0] !== b[0]) return a[0] < b[0];
  if (a[1] !== b[1]) return a[1] < b[1];
  return a[2] < b[2];
}
