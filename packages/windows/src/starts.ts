/** Window starts, aligned to the epoch; windows are half-open [start, start + size) and never start before 0 (C9, W1). */

/** Start of the one tumbling window that holds `tsMs` (>= 0). */
export function tumblingStart(tsMs: number, windowSizeMs: number): number {
  return tsMs - (tsMs % windowSizeMs);
}

/**
 * Starts of all hopping windows that hold `tsMs`, ascending (W1). With `advanceMs` = `windowSizeMs` this is
 * {@link tumblingStart}; with a larger advance some instants lie in no window and the list may be empty.
 */
export function hoppingStarts(tsMs: number, windowSizeMs: number, advanceMs: number): number[] {
  const starts: number[] = [];
  const first = Math.max(0, tsMs - windowSizeMs + advanceMs);
  for (let start = first - (first % advanceMs); start <= tsMs; start += advanceMs) {
    starts.push(start);
  }
  return starts;
}
