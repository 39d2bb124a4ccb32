import type { Candidate, DeadRecord, LateRecord } from './classify.ts';
import { attemptOf } from './control-records.ts';
import type { LogRecord, TopicPartition } from './ports.ts';
import type { DeadLetterRow, LateRow } from './store.ts';
import type { LatePair, SourceEvent } from './topology.ts';

/** Ids below the floor were forgotten, so their records cannot be told from repeats (Q5). */
export function splitAtFloor(
  candidates: readonly Candidate[],
  floorUs: number,
  ageless?: (record: SourceEvent['record']) => boolean,
): { readonly open: readonly Candidate[]; readonly below: readonly LateRecord[] } {
  const below: LateRecord[] = [];
  const open = candidates.filter(({ event, record }) => {
    if (event.eventTimeUs >= floorUs || ageless?.(event.record) === true) return true;
    const latenessMs = Math.ceil((floorUs - event.eventTimeUs) / 1000);
    const { eventId, entity } = event;
    below.push({ record, eventId, entity, reason: 'beyond_horizon', latenessMs });
    return false;
  });
  return { open, below };
}

/** A late row together with the record that it is about. */
export interface LateFinding {
  readonly row: LateRow;
  readonly record: LogRecord;
}

/** A record that no window was asked about. */
export function lateRecordFinding(
  place: TopicPartition,
  { record, eventId, entity, reason, latenessMs }: LateRecord,
): LateFinding {
  const window = { windowSizeMs: 0, windowStartUs: 0 };
  const row = { ...originOf(place, record), eventId, entity, ...window, reason, latenessMs };
  return { row, record };
}

/** A window of an event that did not take it. */
export function latePairFinding(
  place: TopicPartition,
  { event, record }: Candidate,
  { windowSizeMs, windowStartMs, reason, latenessMs }: LatePair,
): LateFinding {
  const { eventId, entity } = event;
  const window = { windowSizeMs, windowStartUs: windowStartMs * 1000 };
  const row = { ...originOf(place, record), eventId, entity, ...window, reason, latenessMs };
  return { row, record };
}

export function deadLetterRow(
  place: TopicPartition,
  { record, stage, reason, errorClass }: DeadRecord,
  failure: { readonly failedAtUs: number; readonly codeVersion: string },
): DeadLetterRow {
  const { key, value, headers, timestampMs } = record;
  const attempt = attemptOf(headers['attempt']?.[0]);
  const cause = { stage, reason, errorClass, attempt };
  return { ...originOf(place, record), ...cause, key, value, headers, timestampMs, ...failure };
}

function originOf(
  { topic, partition }: TopicPartition,
  { offset }: LogRecord,
): TopicPartition & { readonly offset: bigint } {
  return { topic, partition, offset };
}
