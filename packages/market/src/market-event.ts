import type { Print } from './print.ts';

/** A CANCEL of `ref`. Its own time plays no part (W8). */
export interface CancelEvent {
  readonly kind: 'cancel';
  readonly id: string;
  readonly ref: string;
}

/** Everything of `ref` is replaced by these fields; among several the last by (ts, seq, id) wins (C14). */
export interface CorrectEvent extends Print {
  readonly kind: 'correct';
  readonly ref: string;
}

export interface TradeEvent extends Print {
  readonly kind: 'trade';
}

export type MarketEvent = TradeEvent | CancelEvent | CorrectEvent;

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
