import { formatIsoUs } from '@groundswell/domain';
import type { PredictText, Prediction, Predictor } from '../core/predictor.ts';
import { Problem } from '../core/problem.ts';
import type { Handlers } from './handlers.ts';

export interface PredictDeps {
  readonly predictor: Predictor;
  readonly nowMs: () => number;
  /** Fine clock for latencies, micros. */
  readonly nowUs: () => number;
}

type TimedPrediction = Prediction & { readonly latency_ms: number };

/** Scores of texts that are not stored. With rules alone, both source classes have the same champion. */
export function predictRoutes(deps: PredictDeps): Pick<Handlers, 'predict' | 'getModelsStatus'> {
  const { predictor } = deps;

  function predictOne(item: PredictText, place: string): TimedPrediction {
    const startUs = deps.nowUs();
    const prediction = predictor.predict(item, deps.nowMs());
    if ('unknownTarget' in prediction) {
      throw new Problem('unprocessable', `A target of ${place} does not occur in its text.`);
    }
    return { ...prediction, latency_ms: sinceMs(startUs) };
  }

  function sinceMs(startUs: number): number {
    return Math.max(0, deps.nowUs() - startUs) / 1000;
  }

  return {
    predict: (req, res) => {
      const startUs = deps.nowUs();
      const body = req.body as PredictText | { readonly items: readonly PredictText[] };
      res.setHeader('cache-control', 'no-store');
      if ('items' in body) {
        const items = body.items.map((item, i) => predictOne(item, `item ${i}`));
        res.json({ items, latency_ms: sinceMs(startUs) });
      } else {
        res.json(predictOne(body, 'the request'));
      }
      return Promise.resolve();
    },

    getModelsStatus: (_req, res) => {
      const { id, version } = predictor.model;
      res.json({
        as_of: formatIsoUs(deps.nowMs() * 1000),
        models: [
          {
            id,
            version,
            kind: 'rules',
            stage: 'champion',
            source_classes: ['social', 'news'],
            loaded: true,
          },
        ],
      });
      return Promise.resolve();
    },
  };
}
