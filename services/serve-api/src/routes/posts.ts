import type { Request, Response } from 'express';
import type { MentionJson } from '@groundswell/schemas';
import { decodeCursor, encodeCursor } from '../core/cursor.ts';
import { influences } from '../core/influence.ts';
import { MARKET } from '../core/joined-mood.ts';
import { postBody } from '../core/post.ts';
import { Problem } from '../core/problem.ts';
import type { LatestReader, ReferenceReader } from '../ports.ts';
import { badCursor, nowText, pathText, queryLimit, queryText, queryTimeUs } from './answers.ts';
import type { Handlers } from './handlers.ts';

export interface PostDeps {
  readonly latest: LatestReader;
  readonly reference: ReferenceReader;
  readonly nowMs: () => number;
}

const TOPIC = 'social.mention.v1';
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;
const MAX_CONSIDERED = 2_000;
const MAX_INFLUENCE_SPAN_US = 86_400_000_000;

/** What was said about an instrument. */
export function postRoutes(deps: PostDeps): Pick<Handlers, 'listPosts'> {
  return {
    listPosts: async (req, res) => {
      const id = pathText(req, 'id');
      if (id !== MARKET && (await deps.reference.instrument(id)) === null) {
        throw new Problem('not-found', 'There is no such instrument.');
      }
      const isByInfluence = queryText(req, 'order') === 'influence';
      await (isByInfluence ? answerByInfluence : answerNewest)(deps, req, res);
    },
  };
}

async function answerNewest(deps: PostDeps, req: Request, res: Response): Promise<void> {
  const key = pathText(req, 'id');
  const walk = `posts|${key}`;
  const cursor = queryText(req, 'cursor');
  const after =
    cursor === null
      ? null
      : decodeCursor(cursor, walk, { eventTimeUs: 'number', valueKey: 'string' });
  if (cursor !== null && after === null) throw badCursor();
  const limit = queryLimit(req, DEFAULT_LIMIT, MAX_LIMIT);
  const found = await deps.latest.page<MentionJson>({
    topic: TOPIC,
    key,
    ...spanOf(req),
    after,
    limit: limit + 1,
  });
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const hasMore = found.length > limit && last !== undefined;
  res.json({
    as_of: nowText(deps.nowMs()),
    items: page.map(({ record }) => postBody(record, null)),
    considered: null,
    next_cursor: hasMore ? encodeCursor(walk, [last.eventTimeUs, last.valueKey]) : null,
  });
}

/** Which posts moved the mood of a span most: one page, since a weight depends on all posts of the span. */
async function answerByInfluence(deps: PostDeps, req: Request, res: Response): Promise<void> {
  const { fromUs, toUs } = spanOf(req);
  if (fromUs === null || toUs === null || toUs - fromUs > MAX_INFLUENCE_SPAN_US) {
    throw new Problem(
      'bad-request',
      'The order by influence needs from and to, at most a day apart.',
    );
  }
  if (queryText(req, 'cursor') !== null) throw badCursor();
  const found = await deps.latest.page<MentionJson>({
    topic: TOPIC,
    key: pathText(req, 'id'),
    fromUs,
    toUs,
    after: null,
    limit: MAX_CONSIDERED,
  });
  const mentions = found.map(({ record }) => record);
  const byPost = influences(mentions, toUs);
  const strength = ({ post_id: id }: MentionJson): number => Math.abs(byPost.get(id)?.share ?? 0);
  const limit = queryLimit(req, DEFAULT_LIMIT, MAX_LIMIT);
  res.json({
    as_of: nowText(deps.nowMs()),
    // A stable sort: of equally strong ones the newest first.
    items: mentions
      .toSorted((a, b) => strength(b) - strength(a))
      .slice(0, limit)
      .map((mention) => postBody(mention, byPost.get(mention.post_id) ?? null)),
    considered: mentions.length,
    next_cursor: null,
  });
}

function spanOf(req: Request): { readonly fromUs: number | null; readonly toUs: number | null } {
  const fromUs = queryTimeUs(req, 'from');
  const toUs = queryTimeUs(req, 'to');
  if (fromUs !== null && toUs !== null && toUs <= fromUs) {
    throw new Problem('bad-request', 'to must be after from.');
  }
  return { fromUs, toUs };
}
