import { setTimeout as pause } from 'node:timers/promises';

const TRACE = process.env['E2E_TRACE'] === '1';

/** What a condition says of itself: done, or where it stands. */
export type Progress = true | string;

export interface UntilOptions {
  /** Fails when the standing has not changed for this long. Generous: the machine may be busy. @default 90000 */
  readonly stalledMs?: number;
  /** Fails at once when aborted: a process died that should not have. */
  readonly signal?: AbortSignal;
  /** @default 100 */
  readonly everyMs?: number;
}

/**
 * Wait for a condition (T3). There is no limit as long as something moves.
 *
 * @throws Error with the last standing when nothing moved for `stalledMs`; the reason of `signal`
 */
export async function until(
  what: string,
  condition: () => Progress | Promise<Progress>,
  { stalledMs = 90_000, signal, everyMs = 100 }: UntilOptions = {},
): Promise<void> {
  // One that comes back is no progress: things may go round in circles.
  const known = new Set<string>();
  let movedAtMs = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    const standing = await condition();
    if (standing === true) return;
    if (!known.has(standing)) {
      known.add(standing);
      if (TRACE) process.stderr.write(`  ${what}: ${standing}\n`);
      movedAtMs = performance.now();
    } else if (performance.now() - movedAtMs > stalledMs) {
      throw new Error(
        `no progress for ${stalledMs / 1000} s while waiting for ${what}: ${standing}`,
      );
    }
    await pause(everyMs);
  }
}
