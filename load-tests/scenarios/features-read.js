/**
 * Online reads (W8) at a fixed rate, whatever the answers take: 70 % one entity, 20 % four, 10 % twelve, popular ones likelier. At the
 * end a hundred users at once, each with a connection of its own (B3, B4). Rate: requests a second.
 */

import * as budgets from '../lib/budgets.js';
import { readOne, readSome } from '../lib/calls.js';
import { pickSome } from '../lib/random.js';
import { atConstantRate } from '../lib/scenario-shapes.js';
import { rate, seconds } from '../lib/settings.js';
import { summaryTrendStats } from '../lib/summary.js';
import { chance } from '../lib/visitor.js';
import { askWorld } from '../lib/world.js';

export { handleSummary } from '../lib/summary.js';

const CROWD = 100;

export const options = {
  summaryTrendStats,
  setupTimeout: '180s',
  scenarios: {
    reads: atConstantRate('reads', rate, { users: 20, maxUsers: 100 }),
    crowd: {
      executor: 'per-vu-iterations',
      vus: CROWD,
      iterations: 3,
      startTime: `${String(seconds + 1)}s`,
      exec: 'crowd',
    },
  },
  thresholds: {
    ...budgets.reads,
    'http_req_duration{scenario:crowd}': ['p(99)<50'],
    ...budgets.anyRoute('read-4', 'read-12'),
  },
};

export const setup = askWorld;

/** @param {import('../lib/world.js').World} world */
export function reads({ entities }) {
  const dice = chance();
  if (dice < 0.7) readOne(pickSome(entities, 1, chance)[0] ?? '');
  else readSome(pickSome(entities, dice < 0.9 ? 4 : 12, chance));
}

/** @param {import('../lib/world.js').World} world */
export function crowd({ entities }) {
  readOne(entities[__VU % entities.length] ?? '');
}
