import { clockText, sizeText, spanText, type Zone } from './time.ts';

/** What a reader may think of a number (dashboard.md 3). Precedence is the order of this union. */
export type TrustState = 'gap' | 'stale' | 'revised' | 'provisional' | 'final' | 'none';

export interface Trust {
  readonly state: TrustState;
  /** Share of the window that the watermark has passed, 0..1; 1 while the grace runs. */
  readonly passed: number;
  /** Short text beside the glyph. */
  readonly word: string;
  /** All states that apply, as sentences. */
  readonly reasons: readonly string[];
}

/** Times in epoch ms. */
export interface TrustInput {
  readonly status: 'PROVISIONAL' | 'FINAL' | 'REVISED';
  readonly revision: number;
  readonly cause: string;
  readonly n: number;
  readonly windowStartMs: number;
  readonly windowEndMs: number;
  readonly watermarkMs: number;
  readonly knownAtMs: number;
  /** Whether the value stands for "now"; an old bar does not grow stale. */
  readonly isLatest: boolean;
  readonly staleAfterMs: number;
  readonly graceMs: number;
  /** Is a hole of a source inside the window? */
  readonly gap: { readonly source: string; readonly missing: number | null } | null;
  /** Sources that are not live, by name. */
  readonly behind: readonly string[];
  readonly nowMs: number;
}

export function trustOf(input: TrustInput, zone: Zone = 'UTC'): Trust {
  const applying = statesOf(input, zone);
  const [first] = applying;
  const passed = passedShare(input);
  const state: TrustState = first?.state ?? 'final';
  return {
    state,
    passed,
    word: wordOf(state, input, passed),
    reasons: applying.map(({ reason }) => reason),
  };
}

/** How much of the window the watermark has passed. */
export function passedShare({
  windowStartMs,
  windowEndMs,
  watermarkMs,
}: Pick<TrustInput, 'windowStartMs' | 'windowEndMs' | 'watermarkMs'>): number {
  const size = windowEndMs - windowStartMs;
  if (size <= 0) return 1;
  return Math.min(1, Math.max(0, (watermarkMs - windowStartMs) / size));
}

/** Earliest moment, in stream time, at which the value can be final. */
export function finalAtMs(input: Pick<TrustInput, 'windowEndMs' | 'graceMs'>): number {
  return input.windowEndMs + input.graceMs;
}

interface Applying {
  readonly state: TrustState;
  readonly reason: string;
}

function statesOf(input: TrustInput, zone: Zone): readonly Applying[] {
  if (input.n === 0) return [{ state: 'none', reason: 'Nothing was counted in this window.' }];
  const found: Applying[] = [];
  if (input.gap !== null) {
    const count = input.gap.missing === null ? 'Events' : `${String(input.gap.missing)} events`;
    found.push({ state: 'gap', reason: `${count} of ${input.gap.source} are missing inside.` });
  }
  if (input.isLatest && input.nowMs - input.knownAtMs > input.staleAfterMs) {
    const since = clockText(input.knownAtMs, zone);
    found.push({ state: 'stale', reason: `Nothing newer has been known since ${since}.` });
  } else if (input.isLatest && input.behind.length > 0) {
    found.push({ state: 'stale', reason: `${input.behind.join(', ')} is not live.` });
  }
  if (input.status === 'REVISED') {
    const why = causeText(input.cause);
    found.push({
      state: 'revised',
      reason: `Changed after it was final: revision ${String(input.revision)}, ${why}.`,
    });
  } else if (input.status === 'PROVISIONAL') {
    found.push({ state: 'provisional', reason: provisionalReason(input, zone) });
  } else {
    found.push({ state: 'final', reason: 'The watermark has passed the window and its grace.' });
  }
  return found;
}

function provisionalReason(input: TrustInput, zone: Zone): string {
  if (input.windowEndMs <= input.windowStartMs) return 'Later events may still change it.';
  const span = spanText(input.windowStartMs, input.windowEndMs, zone);
  const share = `${String(Math.floor(passedShare(input) * 100))}\u2009%`;
  const earliest = clockText(finalAtMs(input), zone);
  const grace = `${sizeText(input.graceMs)} grace`;
  return `The watermark has passed ${share} of ${span}. Final at ${earliest} at the earliest (${grace}).`;
}

function wordOf(state: TrustState, input: TrustInput, passed: number): string {
  switch (state) {
    case 'provisional':
      return input.windowEndMs > input.windowStartMs
        ? `provisional ${String(Math.floor(passed * 100))}\u2009%`
        : 'provisional';
    case 'revised':
      return `revised r${String(input.revision)}`;
    case 'none':
      return 'no data';
    case 'gap':
    case 'stale':
    case 'final':
      return state;
  }
}

const causes: Readonly<Record<string, string>> = {
  UPDATE: 'new events',
  LATE: 'a late event',
  CORRECT: 'a correction',
  CANCEL: 'a cancellation',
  CORPORATE: 'a corporate action',
};

export function causeText(cause: string): string {
  return causes[cause] ?? cause.toLowerCase();
}
