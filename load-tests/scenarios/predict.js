/** Scoring of texts at a fixed rate: nine short posts for one batch of 32 (PF32, B4). Rate: requests a second. */

import * as budgets from '../lib/budgets.js';
import { predict } from '../lib/calls.js';
import { postText } from '../lib/posts.js';
import { atConstantRate } from '../lib/scenario-shapes.js';
import { rate } from '../lib/settings.js';
import { summaryTrendStats } from '../lib/summary.js';
import { chance } from '../lib/visitor.js';

export { handleSummary } from '../lib/summary.js';

const BATCH = 32;

export const options = {
  summaryTrendStats,
  setupTimeout: '180s',
  scenarios: {
    predict: atConstantRate('score', rate, { users: 20, maxUsers: 100 }),
  },
  thresholds: budgets.predictions,
};

export function score() {
  const count = chance() < 0.9 ? 1 : BATCH;
  predict(Array.from({ length: count }, () => postText(chance)));
}
