import { setTimeout as sleep } from 'node:timers/promises';
import { isRetriable } from '@groundswell/domain';

const PATIENCE_MS = 30_000;
const PAUSE_MS = 500;

/**
 * Do idempotent work again while it fails for a reason that passes: a broker that has just started still loads its groups.
 * @throws the last error when that takes too long, any other at once
 */
export async function withPatience<T>(work: () => Promise<T>, nowMs: () => number): Promise<T> {
  const deadlineMs = nowMs() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (thrown) {
      if (!isRetriable(thrown) || nowMs() > deadlineMs) throw thrown;
      await sleep(PAUSE_MS);
    }
  }
}
