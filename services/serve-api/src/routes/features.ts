import type { Request, Response } from 'express';
import { features, type FeatureSetName } from '@groundswell/schemas';
import { toItem } from '../core/item.ts';
import { findWindow, isPublic } from '../core/window-size.ts';
import { Problem } from '../core/problem.ts';
import { principalOf } from './context.ts';
import { currentFreshness, nowText, pathText, queryText, type FeatureDeps } from './answers.ts';
import { answerExplanation, type ExplainedSeries } from './explain.ts';
import { answerHistory, answerLatest, answerRevisions, withMarket } from './feature-reads.ts';
import type { Handlers } from './handlers.ts';

type Operations =
  | 'getLatestFeature'
  | 'listLatestFeatures'
  | 'listFeatureHistory'
  | 'listFeatureRevisions'
  | 'explainFeature';

/** Public features. */
export function featureRoutes(deps: FeatureDeps): Pick<Handlers, Operations> {
  return {
    getLatestFeature: async (req, res) => {
      refusePast(req, res);
      await answerLatest(deps, seriesOf(req), req, res);
    },

    listLatestFeatures: async (req, res) => {
      const { featureSet, window } = windowOf(req);
      const entities = (queryText(req, 'entities') ?? '').split(',');
      const wanted = withMarket(featureSet, entities);
      const { servedFrom, records: found } = await deps.latest.read(
        featureSet,
        wanted,
        window.sizeMs,
      );
      const records = found.slice(0, entities.length);
      const joined = await deps.moodJoin.join(records, found[entities.length] ?? null, null);
      const values = await Promise.all(
        records.map(async (record, i) => ({
          entity: entities[i],
          item: record === null ? null : toItem(record, joined[i] ?? null),
          freshness: await currentFreshness(deps, record, window.staleAfterMs),
        })),
      );
      res.json({ as_of: nowText(deps.nowMs()), served_from: servedFrom, values });
    },

    listFeatureHistory: (req, res) => answerHistory(deps, seriesOf(req), req, res),
    listFeatureRevisions: (req, res) => answerRevisions(deps, seriesOf(req), req, res),

    explainFeature: async (req, res) => {
      refusePast(req, res);
      await answerExplanation(deps, seriesOf(req), req, res);
    },
  };
}

/** @throws Problem for questions about the past without the scope for it */
function refusePast(req: Request, res: Response): void {
  const asksForPast = queryText(req, 'at') !== null || queryText(req, 'known_at') !== null;
  if (asksForPast && !principalOf(res).scopes.has('history:read')) {
    throw new Problem('forbidden', 'at and known_at need the scope history:read.');
  }
}

function seriesOf(req: Request): ExplainedSeries {
  return { ...windowOf(req), entity: pathText(req, 'entity') };
}

/** Private sets do not exist here, even if the document named them by mistake. */
function windowOf(req: Request): Omit<ExplainedSeries, 'entity'> {
  const name = pathText(req, 'feature_set');
  if (!isFeatureSet(name) || !isPublic(name)) {
    throw new Problem('not-found', 'There is no such feature set.');
  }
  const window = findWindow(name, queryText(req, 'window_size') ?? '1m');
  if (window === null) throw new Problem('bad-request', 'window_size is not one of the catalogue.');
  return { featureSet: name, window };
}

function isFeatureSet(name: string): name is FeatureSetName {
  return Object.hasOwn(features, name);
}
