import { compareTexts, type MoodRecord } from './mood-record.ts';

/** A new mention. */
export interface MentionEvent {
  readonly kind: 'mention';
  readonly id: string;
  /** The producer's own order number: which revision of the post was scored. */
  readonly seq: number | null;
  readonly record: MoodRecord;
}

/** The mention `ref` was scored again; among several the last by (ts, seq, id) wins (C14). */
export interface CorrectEvent {
  readonly kind: 'correct';
  readonly id: string;
  readonly ref: string;
  readonly seq: number | null;
  readonly record: MoodRecord;
}

/** The mention `ref` was taken back: terminal (C14). Its own time plays no part (W8). */
export interface CancelEvent {
  readonly kind: 'cancel';
  readonly id: string;
  readonly ref: string;
}

export type MoodEvent = MentionEvent | CorrectEvent | CancelEvent;

/** One (record, window) pair that was not counted (W5). */
export interface LatePair {
  /** 0 together with the start for `unknown_target`: no window can be named. */
  readonly windowSizeMs: number;
  readonly windowStartMs: number;
  /** T - (window end + accept); 0 for a window that still accepts. */
  readonly latenessMs: number;
  readonly reason: 'window_closed' | 'unknown_target' | 'moved_window';
}

/** `late` iff no window counted the record (Q7); an applied record may still be late for some windows. */
export interface Applied {
  readonly verdict: 'applied' | 'late';
  readonly latePairs: readonly LatePair[];
}

/** Place of a CORRECT among those of one mention (C1, C14). */
export type CorrectionOrder = readonly [tsUs: number, seq: number, id: string];

export function orderOf({ record, seq, id }: CorrectEvent): CorrectionOrder {
  return [record.eventTimeUs, seq ?? 0, id];
}

export function compareCorrections(a: CorrectionOrder, b: CorrectionOrder): number {
  return a[0] - b[0] || a[1] - b[1] || compareTexts(a[2], b[2]);
}
