/** Does every door answer as the scenarios expect? One user, each door once or twice; the first thing to run, and what CI runs. */

import { check } from 'k6';
import * as budgets from '../lib/budgets.js';
import { predict, read, readOne, readSome, sendTransactions } from '../lib/calls.js';
import { LiveClient } from '../lib/live-client.js';
import { summaryTrendStats } from '../lib/summary.js';
import { askWorld, channelsOf } from '../lib/world.js';

export { handleSummary } from '../lib/summary.js';

const WATCH_MS = 4000;

export const options = {
  summaryTrendStats,
  setupTimeout: '180s',
  scenarios: {
    smoke: { executor: 'shared-iterations', vus: 1, iterations: 1, maxDuration: '60s' },
  },
  thresholds: {
    checks: ['rate==1'],
    ...budgets.continuity,
    gw_items_accepted: ['count==10'], // the repetition is answered from memory: see below
    gw_resumed: ['rate==1'],
  },
};

export const setup = askWorld;

/** @param {import('../lib/world.js').World} world */
export default async function smoke(world) {
  const [entity = ''] = world.entities;
  readOne(entity);
  readSome(world.entities);
  read('/v1/catalogue', 'catalogue');
  predict(['$BTC to the moon, great buy']);
  predict(['not a great day for $TIDE', 'flat']);
  const nowMs = Date.now();
  const first = await sendTransactions(0, 5, world.symbols, nowMs);
  const again = await sendTransactions(0, 5, world.symbols, nowMs);
  check(again, { 'a repeated request has the same answer': ({ body }) => body === first.body });
  watch(channelsOf(world, 0));
}

/** Joins, goes away, comes back with its cursors. @param {readonly string[]} channels */
function watch(channels) {
  const client = new LiveClient(channels);
  client.open();
  setTimeout(() => {
    client.drop();
    client.open();
  }, WATCH_MS);
  setTimeout(() => {
    client.drop();
  }, 2 * WATCH_MS);
}
