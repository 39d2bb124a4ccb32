import type { Request, Response } from 'express';
import { formatIsoUs, parseIsoUs } from '@groundswell/domain';
import type { FeatureSetName } from '@groundswell/schemas';
import {
  definitionOf,
  finalityOf,
  formulasOf,
  pathOf,
  revisionOf,
  sourcesOf,
  type PublicRecordJson,
} from '../core/explanation.ts';
import { toItem } from '../core/item.ts';
import { Problem } from '../core/problem.ts';
import type { WindowFacts } from '../core/window-size.ts';
import { nowText, queryTimeUs, type FeatureDeps } from './answers.ts';

export interface ExplainedSeries {
  readonly featureSet: FeatureSetName;
  readonly entity: string;
  readonly window: WindowFacts;
}

/** Revisions of one window that are looked at; a minute of mood has at most a few thousand. */
const MAX_READ = 5_000;
const MAX_SHOWN = 100;

/** Why a window has its value: from what is stored and nothing else. */
export async function answerExplanation(
  deps: FeatureDeps,
  series: ExplainedSeries,
  req: Request,
  res: Response,
): Promise<void> {
  const askedUs = queryTimeUs(req, 'known_at');
  const knownAtUs = askedUs ?? deps.nowMs() * 1000;
  const revisions = await readRevisions(deps, series, queryTimeUs(req, 'window_start'), knownAtUs);
  const record = revisions.at(-1);
  if (record === undefined) throw new Problem('unknown-value', 'Nothing is known of this window.');
  const [[joined = null], states] = await Promise.all([
    deps.moodJoin.join([record], null, knownAtUs),
    // How a source was in the past is not stored where it could be asked.
    askedUs === null ? deps.sources.current() : { statuses: [], openGaps: [] },
  ]);
  res.json({
    as_of: nowText(deps.nowMs()),
    known_at: formatIsoUs(knownAtUs),
    item: toItem(record, joined),
    definition: definitionOf(series.featureSet),
    ...finalityOf(record, series.window),
    path: pathOf(record),
    formulas: formulasOf(record, joined),
    sources: sourcesOf(record, states, deps.nowMs()),
    revisions: revisions.slice(-MAX_SHOWN).reverse().map(revisionOf),
    models: 'models' in record ? record.models : [],
    positions: record.positions,
  });
}

/** Every version of the window that was readable then, oldest first; of the newest window if none is named. */
async function readRevisions(
  deps: FeatureDeps,
  { featureSet, entity, window }: ExplainedSeries,
  askedStartUs: number | null,
  knownAtUs: number,
): Promise<readonly PublicRecordJson[]> {
  const windowStartUs = askedStartUs ?? (await newestStartUs());
  if (windowStartUs === null) return [];
  const values = await deps.history.revisions({
    featureSet,
    entity,
    windowSizeMs: window.sizeMs,
    windowStartUs,
    after: null,
    limit: MAX_READ,
  });
  return values
    .filter((value) => value.knownAtUs <= knownAtUs)
    .map(({ record }) => record as PublicRecordJson);

  async function newestStartUs(): Promise<number | null> {
    const asOf = { atUs: null, knownAtUs };
    const [newest] = await deps.history.latest(featureSet, [entity], window.sizeMs, asOf);
    return newest == null ? null : parseIsoUs(newest.record.window_start).us;
  }
}
