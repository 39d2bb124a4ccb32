/** Waiting until the consumers have read what was sent. */

import http from 'k6/http';
import { check, sleep } from 'k6';
import { drainTime } from './metrics.js';
import { urls } from './settings.js';
import { bearer, tokenOf } from './tokens.js';

const PATIENCE_MS = 90_000;
const POLL_S = 0.5;

/** Every group has read the whole topic, at one moment. @param {string} topic */
export function awaitDrained(topic) {
  const startMs = Date.now();
  let lag = lagOf(topic);
  while (lag !== 0 && Date.now() - startMs < PATIENCE_MS) {
    sleep(POLL_S);
    lag = lagOf(topic);
  }
  check(lag, { 'consumers have read everything': (left) => left === 0 });
  drainTime.add(Date.now() - startMs);
}

/** @param {string} topic @returns {number | null} records not yet read, of all groups; null if that is not known */
function lagOf(topic) {
  const answer = http.get(`${urls.api}/v1/ops/flow`, {
    headers: bearer(tokenOf('ops')),
    tags: { name: 'flow' },
  });
  if (answer.status !== 200) return null;
  const { flows } = /** @type {{ flows: { topic: string, lag_records: number | null }[] }} */ (
    answer.json()
  );
  const lags = flows.filter((flow) => flow.topic === topic).map((flow) => flow.lag_records);
  if (lags.length === 0 || lags.includes(null)) return null;
  return lags.reduce((sum, lag) => (sum ?? 0) + (lag ?? 0), 0);
}
