import { parseIsoUs } from '@groundswell/domain';
import type { GapJson, SourceState, SourceStatusJson } from '@groundswell/schemas';

export interface Freshness {
  readonly state: 'live' | 'stale' | 'gap' | 'unknown';
  readonly age_ms: number | null;
  readonly stale_after_ms: number;
  readonly source_state: SourceState | null;
}

/** What is known of the sources; empty while it cannot be read. */
export interface SourceStates {
  readonly statuses: readonly SourceStatusJson[];
  readonly openGaps: readonly GapJson[];
}

/** The facts of a value that its freshness depends on. Times are ISO texts. */
export interface Dated {
  readonly entity: string;
  readonly window_start: string;
  readonly window_end: string;
  readonly known_at: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** Worse states first. A source that is not live is behind, or will be. */
const WORST_FIRST: readonly SourceState[] = [
  'STOPPED',
  'GAP',
  'DEGRADED',
  'UNKNOWN',
  'CONNECTING',
  'CATCHING_UP',
  'LIVE',
];

/** A connector reports all the time: one that has been silent for this long does not know its own state. */
export const SILENT_AFTER_MS = 60_000;

/** How far a value may be trusted now (N5). Precedence: gap, stale, unknown, live. */
export function freshnessOf(
  value: Dated | null,
  sources: SourceStates,
  staleAfterMs: number,
  nowMs: number,
): Freshness {
  if (value === null) {
    return { state: 'unknown', age_ms: null, stale_after_ms: staleAfterMs, source_state: null };
  }
  const age_ms = Math.max(0, nowMs - Math.floor(parseIsoUs(value.known_at).us / 1000));
  const behind = streamsBehind(value, sources.statuses);
  const source_state = worstState(behind, nowMs);
  const common = { age_ms, stale_after_ms: staleAfterMs, source_state };
  if (source_state === 'GAP' || sources.openGaps.some((gap) => liesIn(gap, value, behind))) {
    return { state: 'gap', ...common };
  }
  const isBehind = source_state !== null && source_state !== 'LIVE' && source_state !== 'UNKNOWN';
  if (age_ms > staleAfterMs || isBehind) return { state: 'stale', ...common };
  if (source_state !== 'LIVE') return { state: 'unknown', ...common };
  return { state: 'live', ...common };
}

/** Worst state of streams; null if there is none. A silent connector's word is not taken. */
export function worstState(
  streams: readonly SourceStatusJson[],
  nowMs: number,
): SourceState | null {
  const states = streams.map((status) =>
    nowMs - parseIsoUs(status.event_time).us / 1000 > SILENT_AFTER_MS ? 'UNKNOWN' : status.state,
  );
  return WORST_FIRST.find((state) => states.includes(state)) ?? null;
}

/** Streams that feed the entity: `BTC-USD` of coinbase for `crypto:BTC-USD@coinbase`, else all streams of its sources. */
function streamsBehind(
  value: Dated,
  statuses: readonly SourceStatusJson[],
): readonly SourceStatusJson[] {
  const feed = value.entity.split('@')[1];
  const names = new Set([...Object.keys(value.counts), ...(feed === undefined ? [] : [feed])]);
  const own = statuses.filter(({ source }) => names.has(source));
  const symbol = value.entity.slice(value.entity.indexOf(':') + 1).split('@')[0];
  const exact = own.filter(({ stream }) => stream === symbol);
  return exact.length > 0 ? exact : own;
}

function liesIn(gap: GapJson, value: Dated, behind: readonly SourceStatusJson[]): boolean {
  return (
    behind.some(({ source, stream }) => source === gap.source && stream === gap.stream) &&
    liesInWindow(gap, value)
  );
}

/** Does the hole touch the window? */
export function liesInWindow(
  gap: GapJson,
  value: Pick<Dated, 'window_start' | 'window_end'>,
): boolean {
  const from = parseIsoUs(gap.from_time ?? gap.event_time).us;
  const to = parseIsoUs(gap.to_time ?? gap.event_time).us;
  return from < parseIsoUs(value.window_end).us && to >= parseIsoUs(value.window_start).us;
}
