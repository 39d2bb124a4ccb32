import type { MentionJson } from '@groundswell/schemas';
import { isoMs } from './time.ts';

/** A span of a text, UTF-16 code units. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** `GET /v1/instruments/{id}/posts`: what a post says about an instrument and, by influence, what that weighs. */
export interface ApiPost {
  readonly post_id: string;
  readonly source: string;
  readonly author: string;
  readonly event_time: string;
  readonly score: number;
  readonly skipped: string | null;
  readonly model: { readonly id: string; readonly version: string };
  readonly symbol_count: number;
  readonly stuffed: boolean;
  readonly target: TextSpan | null;
  readonly copy_of: string;
  /** Null outside the order by influence: a weight depends on all posts of the window (S64, S65). */
  readonly weight: number | null;
  readonly share: number | null;
  readonly text: string | null;
  readonly words: readonly (TextSpan & { readonly contribution: number })[];
}

export interface PostPage {
  readonly items: readonly ApiPost[];
  /** Posts of the window that were weighed; null in another order. */
  readonly considered: number | null;
}

/** `posts:<instrument>`: a mention as it is on the log, or already as the API shows it. A CANCEL takes it back. */
export type LivePost = ApiPost | MentionJson;

/** Null for what was taken back. */
export function postOf(data: LivePost): ApiPost | null {
  if (!('model_id' in data)) return data;
  if (data.op === 'CANCEL') return null;
  const { target_start: start, target_end: end } = data;
  return {
    post_id: data.post_id,
    source: data.source,
    author: `a.${data.author_key.slice(-4)}`,
    event_time: data.event_time,
    score: data.score,
    skipped: data.skipped,
    model: { id: data.model_id, version: data.model_version },
    symbol_count: data.symbol_count,
    stuffed: data.stuffed,
    target: start === null || end === null ? null : { start, end },
    copy_of: data.content_hash,
    weight: null,
    share: null,
    text: data.text,
    words: data.words,
  };
}

/** Posts of one text as one; weight and share are those of all of them. */
export interface FoldedPost {
  /** The earliest. */
  readonly post: ApiPost;
  readonly copies: number;
  readonly weight: number | null;
  readonly share: number | null;
}

export type PostOrder = 'influence' | 'newest';

export function foldPosts(posts: readonly ApiPost[], order: PostOrder): readonly FoldedPost[] {
  const clusters = new Map<string, ApiPost[]>();
  for (const post of [...posts].sort(byTime)) {
    const cluster = clusters.get(post.copy_of);
    if (cluster === undefined) clusters.set(post.copy_of, [post]);
    else cluster.push(post);
  }
  const folded = [...clusters.values()].flatMap((cluster): FoldedPost[] => {
    const [post] = cluster;
    if (post === undefined) return [];
    const weight = sumOf(cluster.map((one) => one.weight));
    return [{ post, copies: cluster.length - 1, weight, share: sumOf(cluster.map(shareOf)) }];
  });
  const newest = (a: FoldedPost, b: FoldedPost) => byTime(b.post, a.post);
  if (order === 'newest') return folded.sort(newest);
  // Without shares, what is said most strongly comes first.
  const strength = ({ share, post }: FoldedPost) => Math.abs(share ?? post.score / 1e6);
  return folded.sort((a, b) => strength(b) - strength(a) || newest(a, b));
}

function shareOf({ share }: ApiPost): number | null {
  return share;
}

function sumOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

function byTime(a: ApiPost, b: ApiPost): number {
  return isoMs(a.event_time) - isoMs(b.event_time) || (a.post_id < b.post_id ? -1 : 1);
}
