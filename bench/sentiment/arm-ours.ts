/** Arm "ours": the rule scorer in plain mode through its public contract, places of words included. */
import { createRuleScorer } from '@groundswell/sentiment';
import { measure } from './measure.ts';

const scorer = createRuleScorer({ mode: 'plain' });
measure((text) => scorer.score(text).score, Number(process.env['PASSES']));
