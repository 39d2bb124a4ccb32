/** Scoring of texts at a fixed rate: nine short posts for one batch of 32 (PF32, B4). Rate: requests a second. */

import * as budgets from '../lib/budgets.js';
import { predict } from '../lib/calls.js';
import { postText } from '../lib/posts.js';
import { seeded } from '../lib/random.js';
import { rate, seconds, seed } from '../lib/settings.js';
import { summaryTrendStats } from '../lib/summary.js';

export { handleSummary } from '../lib/summary.js';

const BATCH = 32;

export const options = {
  summaryTrendStats,
  setupTimeout: '180s',
  scenarios: {
    predict: {
      executor: 'constant-arrival-rate',
      rate,
      timeUnit: '1s',
      duration: `${String(seconds)}s`,
      preAllocatedVUs: 20,
      maxVUs: 100,
    },
  },
  thresholds: budgets.predictions,
};

/** @type {(() => number) | undefined} */
let random;

export default function score() {
  random ??= seeded(seed * 1000 + __VU);
  const chance = random;
  const count = chance() < 0.9 ? 1 : BATCH;
  predict(Array.from({ length: count }, () => postText(chance)));
}
