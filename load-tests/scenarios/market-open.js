/**
 * The opening bell: within a sixth of the time everybody comes: sockets join, pages read, orders are booked, texts are scored, all at
 * once, while the market itself runs. Rate: reads a second at the peak; the rest in proportion. Sockets: at the peak.
 */

import * as budgets from '../lib/budgets.js';
import { predict, readOne, readSome, sendTransactions } from '../lib/calls.js';
import { joinCrowd, leaveAfter, usersFor } from '../lib/crowd.js';
import { awaitDrained } from '../lib/drain.js';
import { postText } from '../lib/posts.js';
import { pickSome, seeded } from '../lib/random.js';
import { rate, seconds, seed } from '../lib/settings.js';
import { openingStages } from '../lib/stages.js';
import { summaryTrendStats } from '../lib/summary.js';
import { askWorld } from '../lib/world.js';

export { handleSummary } from '../lib/summary.js';

const ITEMS = 20;
const NUMBERS_PER_USER = 1_000_000;

/** @param {string} exec @param {number} peak a second */
const arrivals = (exec, peak) => ({
  executor: 'ramping-arrival-rate',
  startRate: 1,
  timeUnit: '1s',
  stages: openingStages(peak, seconds),
  preAllocatedVUs: 10,
  maxVUs: 100,
  exec,
});

export const options = {
  summaryTrendStats,
  setupTimeout: '180s',
  teardownTimeout: '120s',
  scenarios: {
    reads: arrivals('reads', rate),
    orders: arrivals('orders', Math.max(1, Math.round(rate / 20))),
    texts: arrivals('texts', Math.max(1, Math.round(rate / 20))),
    watchers: {
      executor: 'per-vu-iterations',
      vus: usersFor(),
      iterations: 1,
      maxDuration: `${String(seconds + 30)}s`,
      exec: 'watch',
    },
  },
  thresholds: {
    ...budgets.ingest,
    ...budgets.anyRoute('read-one', 'read-12', 'predict-one', 'ingest'),
    ...budgets.continuity,
    gw_drain: ['max<30000'],
  },
};

export const setup = askWorld;

/** @typedef {import('../lib/world.js').World} World */

/** @type {(() => number) | undefined} */
let random;

/** @param {World} world */
export function reads({ entities }) {
  random ??= seeded(seed * 1000 + __VU);
  if (random() < 0.8) readOne(pickSome(entities, 1, random)[0] ?? '');
  else readSome(entities);
}

/** @param {World} world */
export async function orders({ symbols }) {
  await sendTransactions(__VU * NUMBERS_PER_USER + __ITER, ITEMS, symbols, Date.now());
}

export function texts() {
  random ??= seeded(seed * 1000 + __VU);
  predict([postText(random)]);
}

/** @param {World} world */
export function watch(world) {
  // Users of other scenarios have numbers too: the share goes by who came, not by number.
  const overMs = (seconds * 1000) / 6;
  leaveAfter(joinCrowd(world, { user: (__VU - 1) % usersFor(), overMs }), seconds * 1000);
}

export const teardown = () => {
  awaitDrained('brokerage.transaction.v1');
};
