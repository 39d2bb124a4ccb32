/**
 * Signed transactions with bursts (W5): every 20 s ten times the rate for 2 s; one request in 200 is sent again, as a sender does that
 * missed the answer. Afterwards the consumers must work off what is left. Rate: requests of 20 items a second, outside the bursts.
 */

import { check } from 'k6';
import * as budgets from '../lib/budgets.js';
import { sendTransactions } from '../lib/calls.js';
import { awaitDrained } from '../lib/drain.js';
import { rate, seconds } from '../lib/settings.js';
import { summaryTrendStats } from '../lib/summary.js';
import { burstStages } from '../lib/stages.js';
import { askWorld } from '../lib/world.js';

export { handleSummary } from '../lib/summary.js';

const ITEMS = 20;
const REPEATED_OF = 200;
/** Requests of one virtual user lie this far apart from those of the next. */
const NUMBERS_PER_USER = 1_000_000;

export const options = {
  summaryTrendStats,
  setupTimeout: '180s',
  teardownTimeout: '120s',
  scenarios: {
    senders: {
      executor: 'ramping-arrival-rate',
      startRate: rate,
      timeUnit: '1s',
      stages: burstStages(rate, seconds),
      preAllocatedVUs: 40,
      maxVUs: 200,
    },
  },
  thresholds: { ...budgets.ingest, gw_drain: ['max<30000'] },
};

export const setup = askWorld;

/** @param {import('../lib/world.js').World} world */
export default async function send({ symbols }) {
  const number = __VU * NUMBERS_PER_USER + __ITER;
  const nowMs = Date.now();
  const first = await sendTransactions(number, ITEMS, symbols, nowMs);
  if (number % REPEATED_OF !== 0 || first.status !== 200) return;
  const again = await sendTransactions(number, ITEMS, symbols, nowMs);
  check(again, { 'a repeated request has the same answer': ({ body }) => body === first.body });
}

export const teardown = () => {
  awaitDrained('brokerage.transaction.v1');
};
