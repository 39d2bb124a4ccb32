/** One frame per client and period (PF27). */
export const FRAME_PERIOD_MS = 100;
/** Flushes of busy clients are spread over this many slots of a period (PF28). */
export const SLOTS = 10;
const SLOT_MS = FRAME_PERIOD_MS / SLOTS;

/**
 * When may a client that has something to send be written to? At once after a quiet period, else in its own slot of the period, so
 * that clients of one busy symbol do not stay in step for ever. Between two frames lie at least half a period (once, when a
 * client turns busy) and at most one and a half.
 */
export function flushTimeMs(lastFlushMs: number, slot: number, nowMs: number): number {
  if (nowMs - lastFlushMs >= FRAME_PERIOD_MS) return nowMs;
  const earliestMs = lastFlushMs + FRAME_PERIOD_MS / 2;
  const sinceSlotMs = positiveModulo(earliestMs - slot * SLOT_MS, FRAME_PERIOD_MS);
  return earliestMs + (sinceSlotMs === 0 ? 0 : FRAME_PERIOD_MS - sinceSlotMs);
}

function positiveModulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
