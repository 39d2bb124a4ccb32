import type { Request } from 'express';
import { features, type FeatureSetName } from '@groundswell/schemas';
import { toItem } from '../core/item.ts';
import { findWindow, isPublic } from '../core/window-size.ts';
import { Problem } from '../core/problem.ts';
import { principalOf } from './context.ts';
import { currentFreshness, nowText, pathText, queryText, type FeatureDeps } from './answers.ts';
import { answerHistory, answerLatest, answerRevisions, type Series } from './feature-reads.ts';
import type { Handlers } from './handlers.ts';

type Operations =
  'getLatestFeature' | 'listLatestFeatures' | 'listFeatureHistory' | 'listFeatureRevisions';

/** Public features. */
export function featureRoutes(deps: FeatureDeps): Pick<Handlers, Operations> {
  return {
    getLatestFeature: async (req, res) => {
      const asksForPast = queryText(req, 'at') !== null || queryText(req, 'known_at') !== null;
      if (asksForPast && !principalOf(res).scopes.has('history:read')) {
        throw new Problem('forbidden', 'at and known_at need the scope history:read.');
      }
      await answerLatest(deps, seriesOf(req), req, res);
    },

    listLatestFeatures: async (req, res) => {
      const { featureSet, window } = windowOf(req);
      const entities = (queryText(req, 'entities') ?? '').split(',');
      const { servedFrom, records } = await deps.latest.read(featureSet, entities, window.sizeMs);
      const values = await Promise.all(
        records.map(async (record, i) => ({
          entity: entities[i],
          item: record === null ? null : toItem(record),
          freshness: await currentFreshness(deps, record, window.staleAfterMs),
        })),
      );
      res.json({ as_of: nowText(deps.nowMs()), served_from: servedFrom, values });
    },

    listFeatureHistory: (req, res) => answerHistory(deps, seriesOf(req), req, res),
    listFeatureRevisions: (req, res) => answerRevisions(deps, seriesOf(req), req, res),
  };
}

function seriesOf(req: Request): Series {
  return { ...windowOf(req), entity: pathText(req, 'entity') };
}

/** Private sets do not exist here, even if the document named them by mistake. */
function windowOf(req: Request): Omit<Series, 'entity'> {
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
