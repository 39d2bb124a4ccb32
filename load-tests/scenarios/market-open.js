/**
 * The opening bell: within a sixth of the time everybody comes: sockets join, pages read, orders are booked, texts are scored, all at
 * once, while the market itself runs. Rate: reads a second at the peak; the rest in proportion. Sockets: at the peak.
 */

import * as budgets from '../lib/budgets.js';
import { readOne, readSome } from '../lib/calls.js';
import { awaitDrained } from '../lib/drain.js';
import { pickSome } from '../lib/random.js';
import { onceToTheEnd } from '../lib/scenario-shapes.js';
import { rate, seconds } from '../lib/settings.js';
import { openingStages } from '../lib/stages.js';
import { summaryTrendStats } from '../lib/summary.js';
import { chance, scoreText, sendOrders, watchToTheEnd } from '../lib/visitor.js';
import { askWorld } from '../lib/world.js';

export { handleSummary } from '../lib/summary.js';

const ITEMS = 20;

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
    watchers: onceToTheEnd('watch'),
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

/** @param {World} world */
export function reads({ entities }) {
  if (chance() < 0.8) readOne(pickSome(entities, 1, chance)[0] ?? '');
  else readSome(entities);
}

/** @param {World} world */
export async function orders({ symbols }) {
  await sendOrders(symbols, ITEMS);
}

export const texts = scoreText;

/** @param {World} world */
export function watch(world) {
  watchToTheEnd(world, (seconds * 1000) / 6);
}

export const teardown = () => {
  awaitDrained('brokerage.transaction.v1');
};
