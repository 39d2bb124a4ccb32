/**
 * Live sockets (W7): each follows twenty channels; every frame must join on to the one before, and every price says how old it is. The
 * rate of trades is the world's (`--world-rate`). Sockets: how many at once.
 */

import * as budgets from '../lib/budgets.js';
import { joinCrowd, leaveAfter, usersFor } from '../lib/crowd.js';
import { seconds } from '../lib/settings.js';
import { summaryTrendStats } from '../lib/summary.js';
import { askWorld } from '../lib/world.js';

export { handleSummary } from '../lib/summary.js';

export const options = {
  summaryTrendStats,
  setupTimeout: '180s',
  scenarios: {
    watchers: {
      executor: 'per-vu-iterations',
      vus: usersFor(),
      iterations: 1,
      maxDuration: `${String(seconds + 30)}s`,
    },
  },
  thresholds: budgets.live,
};

export const setup = askWorld;

/** @param {import('../lib/world.js').World} world */
export default function watch(world) {
  leaveAfter(joinCrowd(world, { user: __VU - 1 }), seconds * 1000);
}
