/** Exponential with full jitter: uniform in [0, min(cap, base * 2^attempt)). `random` in [0, 1). */
export function backoffMs(attempt: number, baseMs: number, capMs: number, random: number): number {
  return Math.floor(random * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30)));
}
