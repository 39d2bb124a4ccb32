export { createRuleScorer, modelVersion } from './rule-scorer.ts';
export {
  accuracy,
  areaUnderCurve,
  confusionOf,
  macroF1,
  pearson,
  type Confusion,
  type Judged,
} from './measures.ts';
export type {
  MoodLabel,
  RuleMode,
  RuleScore,
  RuleScorer,
  ScoreOptions,
  Span,
  WordContribution,
} from './contract.ts';
