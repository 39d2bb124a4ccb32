import type { Request, Response } from 'express';
import { formatIsoUs } from '@groundswell/domain';
import { decodeCursor, encodeCursor } from '../core/cursor.ts';
import { toItem } from '../core/item.ts';
import { MARKET } from '../core/joined-mood.ts';
import type { WindowFacts } from '../core/window-size.ts';
import { Problem } from '../core/problem.ts';
import {
  badCursor,
  currentFreshness,
  isUnchanged,
  nowText,
  pastFreshness,
  queryLimit,
  queryText,
  queryTimeUs,
  type FeatureDeps,
} from './answers.ts';

/** Which series a request is about, after its own checks. */
export interface Series {
  readonly featureSet: string;
  readonly entity: string;
  readonly window: WindowFacts;
}

const MAX_SPAN_US = 366 * 86_400_000_000;

/** The latest value, now or at an instant. */
export async function answerLatest(
  deps: FeatureDeps,
  { featureSet, entity, window }: Series,
  req: Request,
  res: Response,
): Promise<void> {
  const asOf = { atUs: queryTimeUs(req, 'at'), knownAtUs: queryTimeUs(req, 'known_at') };
  const isPast = asOf.atUs !== null || asOf.knownAtUs !== null;
  const { servedFrom, records } = isPast
    ? await readPast(deps, { featureSet, entity, window }, asOf)
    : await deps.latest.read(featureSet, withMarket(featureSet, [entity]), window.sizeMs);
  const [record = null, market = null] = records;
  if (record === null) throw new Problem('unknown-value', 'Nothing is known of this entity.');
  const freshness = isPast
    ? pastFreshness(deps, record, window.staleAfterMs)
    : await currentFreshness(deps, record, window.staleAfterMs);
  const [joined = null] = await deps.moodJoin.join([record], market, asOf.knownAtUs);
  if (isUnchanged(req, res, record, servedFrom, freshness, joined)) return;
  res.json({
    as_of: nowText(deps.nowMs()),
    served_from: servedFrom,
    freshness,
    item: toItem(record, joined),
  });
}

/** The market's mood is read along with moods, in one exchange and from the same store. */
export function withMarket(featureSet: string, entities: readonly string[]): readonly string[] {
  return featureSet === 'sentiment.window' ? [...entities, MARKET] : entities;
}

async function readPast(
  deps: FeatureDeps,
  { featureSet, entity, window }: Series,
  asOf: { readonly atUs: number | null; readonly knownAtUs: number | null },
) {
  const values = await deps.history.latest(featureSet, [entity], window.sizeMs, asOf);
  return { servedFrom: 'history', records: values.map((value) => value?.record ?? null) } as const;
}

/** One value per window. The first page fixes the state of knowledge, and its cursor carries it. */
export async function answerHistory(
  deps: FeatureDeps,
  { featureSet, entity, window }: Series,
  req: Request,
  res: Response,
): Promise<void> {
  const nowUs = deps.nowMs() * 1000;
  const fromUs = queryTimeUs(req, 'from') ?? 0;
  const toUs = queryTimeUs(req, 'to') ?? nowUs;
  if (toUs <= fromUs) throw new Problem('bad-request', 'to must be after from.');
  if (toUs - fromUs > MAX_SPAN_US) throw new Problem('bad-request', 'At most 366 days at once.');
  const cursor = queryText(req, 'cursor');
  const walk = `history|${featureSet}|${entity}|${window.sizeMs}`;
  const place =
    cursor === null ? null : decodeCursor(cursor, walk, { afterUs: 'number', knownAtUs: 'number' });
  if (cursor !== null && place === null) throw badCursor();
  const knownAtUs = place?.knownAtUs ?? queryTimeUs(req, 'known_at') ?? nowUs;
  const limit = queryLimit(req);
  const values = await deps.history.history({
    featureSet,
    entity,
    windowSizeMs: window.sizeMs,
    fromUs,
    toUs,
    atUs: queryTimeUs(req, 'at'),
    knownAtUs,
    afterUs: place?.afterUs ?? null,
    limit: limit + 1,
  });
  const page = values.slice(0, limit);
  const last = page.at(-1);
  const hasMore = values.length > limit && last !== undefined;
  res.json({
    as_of: nowText(deps.nowMs()),
    known_at: formatIsoUs(knownAtUs),
    served_from: 'history',
    freshness: pastFreshness(deps, last?.record ?? null, window.staleAfterMs),
    items: page.map(({ record }) => toItem(record)),
    next_cursor: hasMore ? encodeCursor(walk, [last.windowStartUs, knownAtUs]) : null,
  });
}

/** Every version of one window. */
export async function answerRevisions(
  deps: FeatureDeps,
  { featureSet, entity, window }: Series,
  req: Request,
  res: Response,
): Promise<void> {
  const windowStartUs = queryTimeUs(req, 'window_start');
  const cursor = queryText(req, 'cursor');
  const walk = `revisions|${featureSet}|${entity}|${window.sizeMs}|${windowStartUs ?? ''}`;
  const place =
    cursor === null ? null : decodeCursor(cursor, walk, { lineage: 'number', revision: 'number' });
  if (cursor !== null && place === null) throw badCursor();
  const limit = queryLimit(req);
  const values = await deps.history.revisions({
    featureSet,
    entity,
    windowSizeMs: window.sizeMs,
    windowStartUs,
    after: place,
    limit: limit + 1,
  });
  const page = values.slice(0, limit);
  const last = page.at(-1);
  const hasMore = values.length > limit && last !== undefined;
  res.json({
    as_of: nowText(deps.nowMs()),
    known_at: nowText(deps.nowMs()),
    served_from: 'history',
    freshness: pastFreshness(deps, last?.record ?? null, window.staleAfterMs),
    items: page.map(({ record }) => toItem(record)),
    next_cursor: hasMore ? encodeCursor(walk, [last.lineage, last.revision]) : null,
  });
}
