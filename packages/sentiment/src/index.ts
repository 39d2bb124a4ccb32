export { createRuleScorer, modelVersion } from './rule-scorer.ts';
export type {
  MoodLabel,
  RuleMode,
  RuleScore,
  RuleScorer,
  ScoreOptions,
  Span,
  WordContribution,
} from './contract.ts';
