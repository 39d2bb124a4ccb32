import { setTimeout as sleep } from 'node:timers/promises';

/** Wait for a condition, never for a time (T3). */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  withinMs = 20_000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`did not happen: ${what}`);
    await sleep(20);
  }
}
