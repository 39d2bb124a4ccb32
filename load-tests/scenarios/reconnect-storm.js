/**
 * Every socket is lost at the same moment and comes back at once, again and again: each must be let in, go on from its cursors and miss
 * nothing. Sockets: how many at once.
 */

import * as budgets from '../lib/budgets.js';
import { joinCrowd, leaveAfter, usersFor } from '../lib/crowd.js';
import { seconds } from '../lib/settings.js';
import { summaryTrendStats } from '../lib/summary.js';
import { askWorld } from '../lib/world.js';

export { handleSummary } from '../lib/summary.js';

const CALM_MS = 8000;

export const options = {
  summaryTrendStats,
  setupTimeout: '180s',
  scenarios: {
    storm: {
      executor: 'per-vu-iterations',
      vus: usersFor(),
      iterations: 1,
      maxDuration: `${String(seconds + 30)}s`,
    },
  },
  thresholds: {
    ...budgets.continuity,
    gw_join: ['p(99)<2000'],
    gw_resumed: ['rate>0.99'],
  },
};

/** The waves break for all users at the same time. */
export const setup = () => ({ world: askWorld(), startMs: Date.now() });

/** @param {{ readonly world: import('../lib/world.js').World, readonly startMs: number }} common */
export default function storm({ world, startMs }) {
  const clients = joinCrowd(world, { user: __VU - 1 });
  const endMs = seconds * 1000;
  leaveAfter(clients, endMs);
  for (let atMs = CALM_MS; atMs <= endMs - CALM_MS / 2; atMs += CALM_MS) {
    setTimeout(
      () => {
        for (const client of clients) {
          client.drop();
          client.open();
        }
      },
      startMs + atMs - Date.now(),
    );
  }
}
