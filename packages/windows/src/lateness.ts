/**
 * The drop rule (W3), a function of event time alone. `streamTimeMs` is T(key): the greatest time of the key's records so
 * far, already advanced by the record that is being checked (W2). `acceptMs` = grace + correction.
 */

/** May nothing more be counted in the window that ends (exclusively) at `windowEndMs`? */
export function isLate(windowEndMs: number, acceptMs: number, streamTimeMs: number): boolean {
  return windowEndMs + acceptMs <= streamTimeMs;
}

/** How long ago the window closed (W5): >= 0 exactly when {@link isLate}. */
export function latenessMs(windowEndMs: number, acceptMs: number, streamTimeMs: number): number {
  return streamTimeMs - (windowEndMs + acceptMs);
}
