import { usToMs } from '@groundswell/domain';
import type { CorrectionOrder, MentionEvent } from './mood-event.ts';
import type { MoodRecord } from './mood-record.ts';

/** What one window size counts of a mention. */
export interface Version {
  readonly record: MoodRecord;
  /** The CORRECT that made it; null: the mention as it came. */
  readonly correction: CorrectionOrder | null;
}

/**
 * One mention for as long as a window that holds it accepts changes (W8). A size whose window is closed keeps its version whatever
 * comes later, so a window that is yet to be published for the last time still says what it accepted.
 */
export interface KeptMention {
  readonly id: string;
  /** Names its windows; corrections do not move it. */
  readonly tsMs: number;
  /** Per window size; null: not counted there, and never again. */
  readonly versions: (Version | null)[];
}

/** @param fromLevel the first size whose window accepts it */
export function keptMention(
  { id, record }: MentionEvent,
  fromLevel: number,
  levels: number,
): KeptMention {
  const version: Version = { record, correction: null };
  const versions = Array.from({ length: levels }, (_, level) =>
    level < fromLevel ? null : version,
  );
  return { id, tsMs: usToMs(record.eventTimeUs), versions };
}

/** Distinct versions, then which of them each size counts (-1: none). */
type Row = readonly [
  id: string,
  tsMs: number,
  levels: readonly number[],
  versions: readonly (readonly [MoodRecord, CorrectionOrder | null])[],
];

export function toRow({ id, tsMs, versions }: KeptMention): Row {
  const distinct = [...new Set(versions)].filter((version) => version !== null);
  const levels = versions.map((version) => (version === null ? -1 : distinct.indexOf(version)));
  const bodies = distinct.map(({ record, correction }) => [record, correction] as const);
  return [id, tsMs, levels, bodies];
}

export function fromRow([id, tsMs, levels, bodies]: Row): KeptMention {
  const distinct = bodies.map(([record, correction]): Version => ({ record, correction }));
  const versions = levels.map((index) => distinct[index] ?? null);
  return { id, tsMs, versions };
}
