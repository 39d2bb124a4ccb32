import { hash } from 'node:crypto';
import { formatTraceparent, parseTraceparent, type TraceContext } from '@groundswell/domain';
import type { Candidate } from './classify.ts';
import type { LogRecord } from './ports.ts';

/**
 * `traceparent` of a record. Its ids are functions of event ids (ADR 21): of SHA-256(event id) the first 16 bytes name the trace that an event
 * of a source starts, the next 8 the span that made a record. A repeat has the ids of the first, and nothing of a task depends on chance (I6).
 * @param parent what made the record; null starts a trace
 */
export function traceparentOf(eventId: string, parent: TraceContext | null): string {
  const digest = hash('sha256', eventId, 'hex');
  const { traceId = digest.slice(0, 32), sampled = true } = parent ?? {};
  return formatTraceparent({ traceId, spanId: digest.slice(32, 48), sampled });
}

/** The only headers of our records (H3): for dedupe and traces without decoding. Each one costs at every produce. */
export function recordHeaders(
  eventId: string,
  traceparent: string = traceparentOf(eventId, null),
): Readonly<Record<string, string>> {
  return { event_id: eventId, traceparent };
}

/** Trace of a record; null without exactly one valid header. */
export function traceOf({ headers }: Pick<LogRecord, 'headers'>): TraceContext | null {
  const [value, ...others] = headers['traceparent'] ?? [];
  if (value === undefined || value === null || others.length > 0) return null;
  return parseTraceparent(Buffer.from(value).toString('latin1'));
}

/**
 * Of the events that a transaction applied, the trace of the one that made a derived record: the newest of its entity, else the newest of all,
 * which moved the clock that made it final. Null where silence did. Headers are read of these few records only (PF2).
 */
export function tracesOf(applied: readonly Candidate[]): (entity: string) => TraceContext | null {
  const newest = new Map<string, LogRecord>();
  for (const { event, record } of applied) newest.set(event.entity, record);
  const last = applied.at(-1)?.record;
  const known = new Map<LogRecord, TraceContext | null>();
  return (entity) => {
    const record = newest.get(entity) ?? last;
    if (record === undefined) return null;
    let trace = known.get(record);
    if (trace === undefined) known.set(record, (trace = traceOf(record)));
    return trace;
  };
}
