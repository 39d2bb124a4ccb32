import type { GapJson, SourceStatusJson } from '@groundswell/schemas';
import { isoMs } from './time.ts';

/** A hole in a source, epoch ms; open-ended where a side is not known. */
export interface GapSpan {
  readonly source: string;
  readonly stream: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly missing: number | null;
  readonly reason: string;
  readonly closed: boolean;
}

/** All streams of a source as one line: its worst state, its greatest lag. */
export interface SourceHealth {
  readonly source: string;
  readonly state: SourceStatusJson['state'];
  readonly tone: 'ok' | 'warn' | 'gap' | 'off';
  readonly lagMs: number | null;
  readonly lastEventMs: number | null;
  readonly openGaps: number;
  readonly streams: readonly SourceStatusJson[];
}

const rank: Readonly<Record<SourceStatusJson['state'], number>> = {
  LIVE: 0,
  CATCHING_UP: 1,
  CONNECTING: 2,
  UNKNOWN: 3,
  DEGRADED: 4,
  GAP: 5,
  STOPPED: 6,
};

/** Values of the `sources` channel are statuses and gaps, told apart by their key (`status|…`, `gap|…`). */
export function healthOf(statuses: Iterable<SourceStatusJson>): readonly SourceHealth[] {
  const bySource = new Map<string, SourceStatusJson[]>();
  for (const status of statuses) {
    const streams = bySource.get(status.source);
    if (streams === undefined) bySource.set(status.source, [status]);
    else streams.push(status);
  }
  return [...bySource]
    .map(([source, streams]) => summaryOf(source, streams))
    .sort((a, b) => (a.source < b.source ? -1 : 1));
}

function summaryOf(source: string, streams: readonly SourceStatusJson[]): SourceHealth {
  const openGaps = streams.reduce((sum, { open_gaps }) => sum + open_gaps, 0);
  const worst = streams.reduce<SourceStatusJson['state']>(
    (state, stream) => (rank[stream.state] > rank[state] ? stream.state : state),
    'LIVE',
  );
  return {
    source,
    state: worst,
    tone: toneOf(worst, openGaps),
    lagMs: greatest(streams.map(({ lag_ms }) => lag_ms)),
    lastEventMs: greatest(
      streams.map(({ last_event_time }) =>
        last_event_time === null ? null : isoMs(last_event_time),
      ),
    ),
    openGaps,
    streams: [...streams].sort((a, b) => (a.stream < b.stream ? -1 : 1)),
  };
}

function toneOf(state: SourceStatusJson['state'], openGaps: number): SourceHealth['tone'] {
  if (state === 'GAP' || openGaps > 0) return 'gap';
  if (state === 'LIVE') return 'ok';
  return state === 'STOPPED' ? 'off' : 'warn';
}

function greatest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

export function gapSpanOf(gap: GapJson): GapSpan {
  const eventMs = isoMs(gap.event_time);
  return {
    source: gap.source,
    stream: gap.stream,
    fromMs: gap.from_time === null ? eventMs : isoMs(gap.from_time),
    toMs: gap.to_time === null ? eventMs : isoMs(gap.to_time),
    missing: gap.missing,
    reason: gap.reason,
    closed: gap.closed,
  };
}

/**
 * The first open hole that touches [startMs, endMs) of a stream. A market source has a stream per product, named as the venue
 * names it, so a hole in one symbol does not mark the others.
 */
export function gapWithin(
  gaps: readonly GapSpan[],
  stream: { readonly source: string; readonly symbol: string },
  startMs: number,
  endMs: number,
): GapSpan | null {
  return gaps.find((gap) => !gap.closed && touches(gap, stream, startMs, endMs)) ?? null;
}

export function touches(
  gap: GapSpan,
  stream: { readonly source: string; readonly symbol: string },
  startMs: number,
  endMs: number,
): boolean {
  const isSameStream = gap.source === stream.source && gap.stream === stream.symbol;
  return isSameStream && gap.fromMs < endMs && gap.toMs >= startMs;
}

/** `crypto:TIDE-USD` -> `TIDE-USD`. */
export function symbolOf(instrumentId: string): string {
  return instrumentId.slice(instrumentId.indexOf(':') + 1);
}

/** How far into a window a source has been read, 0..1; a live source without an event of late has been read up to now. */
export function reachOf(
  health: SourceHealth | undefined,
  nowMs: number,
  window: { readonly startMs: number; readonly endMs: number },
): number {
  if (health === undefined) return 0;
  const quietMs = health.tone === 'ok' ? nowMs - (health.lagMs ?? 0) : 0;
  const readMs = Math.max(health.lastEventMs ?? 0, quietMs);
  const untilMs = Math.min(window.endMs, nowMs);
  if (untilMs <= window.startMs) return 1;
  return Math.min(1, Math.max(0, (readMs - window.startMs) / (untilMs - window.startMs)));
}
