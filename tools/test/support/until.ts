import { setTimeout as sleep } from 'node:timers/promises';

const WITHIN_MS = 60_000;
const POLL_MS = 100;

/** Waits for what other processes bring about. @throws Error that names it when it is not there within a minute */
export async function until(
  what: string,
  isThere: () => Promise<boolean> | boolean,
): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  while (!(await isThere())) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await sleep(POLL_MS);
  }
}
