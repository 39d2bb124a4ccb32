import { features } from '@groundswell/schemas';
import type { GapJson, SourceStatusJson } from '@groundswell/schemas';
import { isRetriable, parseIsoUs } from '@groundswell/domain';
import { decodeCursor, encodeCursor } from '../core/cursor.ts';
import { worstState, type Freshness, type SourceStates } from '../core/freshness.ts';
import { isPublic, windowSizeText } from '../core/window-size.ts';
import { Problem } from '../core/problem.ts';
import type { InstrumentRow, ReferenceReader, SourceRow, SourceWatch } from '../ports.ts';
import { badCursor, nowText, pathText, queryLimit, queryText } from './answers.ts';
import type { Handlers } from './handlers.ts';

export interface ReferenceDeps {
  readonly reference: ReferenceReader;
  readonly sources: SourceWatch;
  readonly nowMs: () => number;
}

/** A source is stale when its newest event is older than this: the bound of market windows. */
const SOURCE_STALE_MS = features['market.bar'].windows[0].staleAfterMs;
const MAX_GAPS = 100;

type Operations = 'listInstruments' | 'getInstrument' | 'listSources' | 'getCatalogue';

/** What is traded, where it comes from, what the features are. */
export function referenceRoutes(deps: ReferenceDeps): Pick<Handlers, Operations> {
  return {
    listInstruments: async (req, res) => {
      const cursor = queryText(req, 'cursor');
      const place = cursor === null ? null : decodeCursor(cursor, 'instruments', { id: 'string' });
      if (cursor !== null && place === null) throw badCursor();
      const limit = queryLimit(req);
      const rows = await deps.reference.instruments(place?.id ?? '', limit + 1);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const hasMore = rows.length > limit && last !== undefined;
      res.json({
        as_of: nowText(deps.nowMs()),
        items: page.map(instrumentBody),
        next_cursor: hasMore ? encodeCursor('instruments', [last.id]) : null,
      });
    },

    getInstrument: async (req, res) => {
      const row = await deps.reference.instrument(pathText(req, 'id'));
      if (row === null) throw new Problem('not-found', 'There is no such instrument.');
      res.json(instrumentBody(row));
    },

    listSources: async (_req, res) => {
      const [rows, states] = await Promise.all([
        knownSources(deps.reference),
        deps.sources.current(),
      ]);
      const ids = new Set([...rows.keys(), ...states.statuses.map(({ source }) => source)]);
      res.json({
        as_of: nowText(deps.nowMs()),
        sources: [...ids].sort().map((id) => sourceBody(id, rows.get(id), states, deps.nowMs())),
      });
    },

    getCatalogue: (_req, res) => {
      res.json({ feature_sets: Object.entries(features).map(catalogueEntry) });
      return Promise.resolve();
    },
  };
}

/** Without Postgres the states of the sources are still worth showing. */
async function knownSources(reference: ReferenceReader): Promise<ReadonlyMap<string, SourceRow>> {
  try {
    return new Map((await reference.sources()).map((row) => [row.id, row]));
  } catch (thrown) {
    if (!isRetriable(thrown)) throw thrown;
    return new Map();
  }
}

function instrumentBody(row: InstrumentRow) {
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    currency: row.currency,
    primary_feed: row.primaryFeed,
    zone: row.zone,
    tick_decimals: row.tickDecimals,
    figi: row.figi,
    aliases: row.aliases,
  };
}

function sourceBody(id: string, row: SourceRow | undefined, states: SourceStates, nowMs: number) {
  const streams = states.statuses.filter(({ source }) => source === id);
  const gaps = states.openGaps.filter(({ source }) => source === id);
  const state = worstState(streams, nowMs);
  return {
    id,
    kind: row?.kind ?? null,
    title: row?.title ?? null,
    delivery: row?.delivery ?? null,
    state,
    freshness: sourceFreshness(streams, state, nowMs),
    open_gap_count: streams.reduce((sum, { open_gaps }) => sum + open_gaps, 0),
    streams: streams.map(streamBody),
    open_gaps: gaps
      .sort((a, b) => (a.event_time < b.event_time ? 1 : -1))
      .slice(0, MAX_GAPS)
      .map(gapBody),
  };
}

function sourceFreshness(
  streams: readonly SourceStatusJson[],
  source_state: Freshness['source_state'],
  nowMs: number,
): Freshness {
  const times = streams.flatMap(({ last_event_time }) =>
    last_event_time === null ? [] : [parseIsoUs(last_event_time).us / 1000],
  );
  const age_ms = times.length === 0 ? null : Math.max(0, Math.floor(nowMs - Math.max(...times)));
  const common = { age_ms, stale_after_ms: SOURCE_STALE_MS, source_state };
  if (source_state === null || source_state === 'UNKNOWN') return { state: 'unknown', ...common };
  if (source_state === 'GAP') return { state: 'gap', ...common };
  const isFresh = source_state === 'LIVE' && age_ms !== null && age_ms <= SOURCE_STALE_MS;
  return { state: isFresh ? 'live' : 'stale', ...common };
}

function streamBody(status: SourceStatusJson) {
  const { stream, state, since, last_event_time, lag_ms, open_gaps, detail } = status;
  const reported_at = status.event_time;
  return { stream, state, since, last_event_time, lag_ms, open_gaps, detail, reported_at };
}

function gapBody(gap: GapJson) {
  const { stream, from_id, to_id, missing, from_time, to_time, reason } = gap;
  return { stream, from_id, to_id, missing, from_time, to_time, reason };
}

function catalogueEntry([name, set]: [string, (typeof features)[keyof typeof features]]) {
  return {
    name,
    description: set.description,
    entity: set.entity,
    topic: set.topic,
    private: !isPublic(name as keyof typeof features),
    windows: set.windows.map(({ sizeMs, graceMs, correctionMs, staleAfterMs }) => ({
      window_size: windowSizeText(sizeMs),
      size_ms: sizeMs,
      grace_ms: graceMs,
      correction_ms: correctionMs,
      stale_after_ms: staleAfterMs,
    })),
    fields: set.fields.map(({ name: field, unit, description }) => ({
      name: field,
      unit,
      description,
    })),
  };
}
