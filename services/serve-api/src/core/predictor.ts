import { createHash } from 'node:crypto';
import type { RuleScore, RuleScorer, Span } from '@groundswell/sentiment';

export type SourceClass = 'social' | 'news';

export interface PredictText {
  readonly text: string;
  readonly targets?: readonly string[];
  readonly source?: SourceClass;
}

/** A score without its model: that of the whole text, or of one target. */
export interface TextScore {
  readonly label: RuleScore['label'];
  readonly score: number;
  readonly p_neg: number;
  readonly p_neu: number;
  readonly p_pos: number;
  readonly confidence: number;
  readonly calibrated: boolean;
  readonly domain: string;
  readonly skipped: string | null;
  readonly words: readonly (Span & { readonly contribution: number })[];
}

export interface Prediction extends TextScore {
  readonly model: { readonly id: string; readonly version: string };
  readonly targets: readonly (TextScore & { readonly target: string })[];
  readonly cached: boolean;
}

/** A target that the text does not contain. */
export interface UnknownTarget {
  readonly unknownTarget: string;
}

export interface Predictor {
  readonly model: { readonly id: string; readonly version: string };
  predict(item: PredictText, nowMs: number): Prediction | UnknownTarget;
}

/** A prediction with its words is about 2 KB. */
const MAX_CACHED = 2_000;
const CACHED_FOR_MS = 3_600_000;

/**
 * The rule scorer behind a cache in this process: scoring costs less than a round trip to Redis (S114). Keys hold the model and its
 * version, so that no answer outlives its model.
 */
export function createPredictor(scorer: RuleScorer): Predictor {
  const model = { id: scorer.modelId, version: scorer.modelVersion };
  const cache = new Map<string, { readonly at: number; readonly prediction: Prediction }>();

  function score({ text, targets = [] }: PredictText): Prediction | UnknownTarget {
    const spans: Span[] = [];
    for (const target of targets) {
      const start = text.indexOf(target);
      if (start < 0) return { unknownTarget: target };
      spans.push({ start, end: start + target.length });
    }
    return {
      ...textScore(scorer.score(text)),
      model,
      targets: targets.map((target, i) => ({
        target,
        ...textScore(scorer.scoreTarget(text, spans, i)),
      })),
      cached: false,
    };
  }

  return {
    model,
    predict(item, nowMs) {
      const key = keyOf(item, model);
      const held = cache.get(key);
      if (held !== undefined && nowMs - held.at <= CACHED_FOR_MS) {
        cache.delete(key);
        cache.set(key, held); // so that the map stays in order of use
        return { ...held.prediction, cached: true };
      }
      const prediction = score(item);
      if ('unknownTarget' in prediction) return prediction;
      cache.delete(key);
      cache.set(key, { at: nowMs, prediction });
      if (cache.size > MAX_CACHED) {
        for (const oldest of cache.keys()) {
          cache.delete(oldest);
          break;
        }
      }
      return prediction;
    },
  };
}

/** A digest, so that no text is kept as a name (S69). */
function keyOf(item: PredictText, model: Predictor['model']): string {
  const parts = [model.id, model.version, item.source ?? '', item.targets ?? [], item.text];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

function textScore(score: RuleScore): TextScore {
  return {
    label: score.label,
    score: score.score,
    p_neg: score.pNeg,
    p_neu: score.pNeu,
    p_pos: score.pPos,
    confidence: score.confidence,
    calibrated: score.calibrated,
    domain: score.domain,
    skipped: score.skipped,
    words: score.words,
  };
}
