/**
 * Hours of an ordinary day at one steady rate: what leaks, fills up or grows slow shows only here. Memory of the API and the gateway is
 * compared between the first sixth of the time, when everything is warm, and the end. Rate: reads a second.
 */

import * as budgets from '../lib/budgets.js';
import { predict, readOne, sendTransactions } from '../lib/calls.js';
import { joinCrowd, leaveAfter, usersFor } from '../lib/crowd.js';
import { keepMemory } from '../lib/memory.js';
import { postText } from '../lib/posts.js';
import { pickSome, seeded } from '../lib/random.js';
import { rate, seconds, seed } from '../lib/settings.js';
import { summaryTrendStats } from '../lib/summary.js';
import { askWorld } from '../lib/world.js';

export { handleSummary } from '../lib/summary.js';

const ITEMS = 10;
const NUMBERS_PER_USER = 1_000_000;
const warmS = Math.ceil(seconds / 6);

/** @param {string} exec @param {number} perSecond */
const arrivals = (exec, perSecond) => ({
  executor: 'constant-arrival-rate',
  rate: Math.max(1, Math.round(perSecond)),
  timeUnit: '1s',
  duration: `${String(seconds)}s`,
  preAllocatedVUs: 5,
  maxVUs: 50,
  exec,
});

export const options = {
  summaryTrendStats,
  setupTimeout: '180s',
  scenarios: {
    reads: arrivals('reads', rate),
    orders: arrivals('orders', rate / 20),
    texts: arrivals('texts', rate / 20),
    watchers: {
      executor: 'per-vu-iterations',
      vus: usersFor(),
      iterations: 1,
      maxDuration: `${String(seconds + 30)}s`,
      exec: 'watch',
    },
    memory: {
      executor: 'per-vu-iterations',
      vus: 1,
      iterations: 1,
      maxDuration: `${String(seconds + 30)}s`,
      exec: 'memory',
    },
  },
  thresholds: {
    ...budgets.ingest,
    ...budgets.anyRoute('read-one', 'predict-one', 'ingest'),
    ...budgets.continuity,
    gw_memory_growth: ['max<1.3'],
  },
};

export const setup = askWorld;

/** @typedef {import('../lib/world.js').World} World */

/** @type {(() => number) | undefined} */
let random;

/** @param {World} world */
export function reads({ entities }) {
  random ??= seeded(seed * 1000 + __VU);
  readOne(pickSome(entities, 1, random)[0] ?? '');
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
  leaveAfter(joinCrowd(world, { user: (__VU - 1) % usersFor() }), seconds * 1000);
}

export function memory() {
  keepMemory(warmS, seconds - 1);
}
