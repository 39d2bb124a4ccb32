/**
 * Hours of an ordinary day at one steady rate: what leaks, fills up or grows slow shows only here. Memory of the API and the gateway is
 * compared between the first sixth of the time, when everything is warm, and the end. Rate: reads a second.
 */

import * as budgets from '../lib/budgets.js';
import { readOne } from '../lib/calls.js';
import { keepMemory } from '../lib/memory.js';
import { pickSome } from '../lib/random.js';
import { atConstantRate, onceToTheEnd } from '../lib/scenario-shapes.js';
import { rate, seconds } from '../lib/settings.js';
import { summaryTrendStats } from '../lib/summary.js';
import { chance, scoreText, sendOrders, watchToTheEnd } from '../lib/visitor.js';
import { askWorld } from '../lib/world.js';

export { handleSummary } from '../lib/summary.js';

const ITEMS = 10;
const warmS = Math.ceil(seconds / 6);

const limits = { users: 5, maxUsers: 50 };

export const options = {
  summaryTrendStats,
  setupTimeout: '180s',
  scenarios: {
    reads: atConstantRate('reads', rate, limits),
    orders: atConstantRate('orders', rate / 20, limits),
    texts: atConstantRate('texts', rate / 20, limits),
    watchers: onceToTheEnd('watch'),
    memory: onceToTheEnd('memory', 1),
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

/** @param {World} world */
export function reads({ entities }) {
  readOne(pickSome(entities, 1, chance)[0] ?? '');
}

/** @param {World} world */
export async function orders({ symbols }) {
  await sendOrders(symbols, ITEMS);
}

export const texts = scoreText;

/** @param {World} world */
export function watch(world) {
  watchToTheEnd(world);
}

export function memory() {
  keepMemory(warmS, seconds - 1);
}
