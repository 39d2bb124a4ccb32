import { features } from '@groundswell/schemas';
import { defaultMoodConfig, type MoodConfig } from '@groundswell/mood';
import type { RuleScorer } from '@groundswell/sentiment';
import type { Topology } from '@groundswell/stream';
import { MARKET } from './core/draft.ts';
import { MoodOperator } from './core/mood-operator.ts';
import { postIdOf } from './core/post-state.ts';
import { ScoreOperator } from './core/score-operator.ts';
import { createScorePostStep } from './steps/score-post.ts';
import { createValidateMentionStep } from './steps/validate-mention.ts';
import { createValidatePostStep } from './steps/validate-post.ts';

const { windows } = features['sentiment.window'];

/** Windows, lateness and throttling of `sentiment.window` as the catalogue states them. */
export const moodConfig: MoodConfig = {
  ...defaultMoodConfig,
  sizesMs: windows.map((window) => window.sizeMs),
  graceMs: windows[0].graceMs,
  correctionMs: windows[0].correctionMs,
  idleMs: windows[0].idleMs,
  updateMs: windows.map((window) => window.updateMs),
};

/**
 * posts (keyed by post) -> validate -> dedupe -> score, per instrument and once for the market -> mentions; the newest of each is kept
 */
export function createScoreTopology(
  scorer: RuleScorer,
): Topology<'social.post.v1', 'social.mention.v1'> {
  const scorePost = createScorePostStep(scorer);
  return {
    service: 'derive-sentiment-score',
    sources: {
      'social.post.v1': {
        topic: 'social.post.v1',
        dedupe: 'seen',
        entityOf: postIdOf,
        validate: createValidatePostStep(),
        ageLimit: true,
        // After an outage a deletion may come days late: while the text can be listed, it must go.
        ageless: ({ op }) => op === 'CANCEL',
        maxRecords: 500,
      },
    },
    outputs: ['social.mention.v1'],
    idleMs: 5_000,
    commitEveryMs: 50,
    createOperator: () => new ScoreOperator(scorePost),
  };
}

/**
 * mentions (keyed by instrument) -> validate -> dedupe -> windows of 1 min, 5 min, 1 h -> feature topic and history
 *
 * Nobody knows the capitalisation of the symbols of this world, so every instrument counts as a small market (S68); the market as a whole
 * cannot be pumped.
 */
export function createWindowTopology(): Topology<
  'social.mention.v1',
  'feature.symbol.sentiment.v1'
> {
  const isSmallMarket = (instrumentId: string): boolean => instrumentId !== MARKET;
  return {
    service: 'derive-sentiment-window',
    sources: {
      'social.mention.v1': {
        topic: 'social.mention.v1',
        dedupe: 'seen',
        entityOf: (mention) => mention.instrumentId,
        validate: createValidateMentionStep(),
        ageLimit: true,
        maxRecords: 1_000,
      },
    },
    outputs: ['feature.symbol.sentiment.v1'],
    idleMs: moodConfig.idleMs,
    commitEveryMs: 100,
    createOperator: () => new MoodOperator(moodConfig, isSmallMarket),
  };
}
