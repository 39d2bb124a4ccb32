import { createRuleScorer } from '@groundswell/sentiment';
import { runDerivationService } from '@groundswell/worker';
import { config } from './config.ts';
import { createScoreTopology, createWindowTopology } from './topology.ts';

await runDerivationService('derive-sentiment', config, () =>
  Promise.resolve([
    createScoreTopology(createRuleScorer({ mode: 'finance' })),
    createWindowTopology(),
  ]),
);
