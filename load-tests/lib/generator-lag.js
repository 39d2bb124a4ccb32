/** Is the generator itself on time? A timer that should fire every 100 ms tells. */

import { generatorLag } from './metrics.js';

const PERIOD_MS = 100;

/** @returns {() => void} ends it */
export function watchLag() {
  let dueMs = Date.now() + PERIOD_MS;
  const timer = setInterval(() => {
    const nowMs = Date.now();
    generatorLag.add(Math.max(0, nowMs - dueMs));
    dueMs = nowMs + PERIOD_MS; // a late one is not counted again by the next
  }, PERIOD_MS);
  return () => {
    clearInterval(timer);
  };
}
