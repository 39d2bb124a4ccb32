import type { Request, Response } from 'express';
import { BadTimeError, formatIsoUs, parseIsoUs } from '@groundswell/domain';
import { freshnessOf, type Freshness } from '../core/freshness.ts';
import type { FeatureRecordJson } from '../core/item.ts';
import type { JoinedMood } from '../core/joined-mood.ts';
import { Problem } from '../core/problem.ts';
import type { FeatureReader, LatestValues, MoodJoin, SourceWatch } from '../ports.ts';

/** What the feature routes work with. */
export interface FeatureDeps {
  readonly latest: LatestValues;
  readonly history: FeatureReader;
  readonly moodJoin: MoodJoin;
  readonly sources: SourceWatch;
  readonly nowMs: () => number;
}

/** A query parameter, already checked against the document: a text, or absent. */
export function queryText(req: Request, name: string): string | null {
  // The validator has made arrays and numbers of some; joined and printed they are the text that was sent.
  const value = req.query[name] as string | number | readonly string[] | undefined;
  return value === undefined ? null : String(value);
}

/** @throws Problem for texts that look like a time and name none */
export function queryTimeUs(req: Request, name: string): number | null {
  const text = queryText(req, name);
  if (text === null) return null;
  try {
    return parseIsoUs(text).us;
  } catch (thrown) {
    if (thrown instanceof BadTimeError)
      throw new Problem('bad-request', `${name} names no instant.`);
    throw thrown;
  }
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/** Checked again here: ajv turns a number of 400 digits into Infinity and then skips `maximum` for it. */
export function queryLimit(req: Request, otherwise = DEFAULT_LIMIT, max = MAX_LIMIT): number {
  const limit = Number(queryText(req, 'limit') ?? otherwise);
  if (limit >= 1 && limit <= max) return limit;
  throw new Problem('bad-request', `limit must be 1 to ${max}.`);
}

export function pathText(req: Request, name: string): string {
  return String(req.params[name]);
}

export function badCursor(): Problem {
  return new Problem('bad-request', 'cursor is not one of this walk.');
}

export function nowText(nowMs: number): string {
  return formatIsoUs(nowMs * 1000);
}

/** How far a value may be trusted now. */
export async function currentFreshness(
  deps: FeatureDeps,
  record: FeatureRecordJson | null,
  staleAfterMs: number,
): Promise<Freshness> {
  return freshnessOf(record, await deps.sources.current(), staleAfterMs, deps.nowMs());
}

/** Freshness of an answer about the past: how its source was then is not known, so it is never called live (N5). */
export function pastFreshness(
  deps: FeatureDeps,
  record: FeatureRecordJson | null,
  staleAfterMs: number,
): Freshness {
  return freshnessOf(record, { statuses: [], openGaps: [] }, staleAfterMs, deps.nowMs());
}

/** 304 if the caller has this value in this state of freshness; `age_ms` alone makes no new answer. */
export function isUnchanged(
  req: Request,
  res: Response,
  record: FeatureRecordJson,
  servedFrom: string,
  freshness: Freshness,
  joined: JoinedMood | null,
): boolean {
  const parts = [
    record.lineage,
    record.window_start,
    record.revision,
    servedFrom,
    freshness.state,
    freshness.source_state,
    joined?.market_lineage ?? '',
    joined?.market_revision ?? '',
  ];
  const etag = `W/"${Buffer.from(parts.join('|')).toString('base64url')}"`;
  res.setHeader('etag', etag);
  // Not `req.fresh`: clients that set If-None-Match themselves also send `Cache-Control: no-cache`, which turns it off.
  const known = (req.headers['if-none-match'] ?? '').split(',').map((text) => text.trim());
  if (!known.includes(etag)) return false;
  res.status(304).end();
  return true;
}
