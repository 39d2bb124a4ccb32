import type { MentionJson } from '@groundswell/schemas';
import type { Weighting } from './mood.ts';
import { isoMs } from './time.ts';

/** One mention of a symbol in a post: `posts:<instrument>` and `GET /v1/instruments/{id}/posts` carry it. */
export type PostData = Pick<
  MentionJson,
  | 'event_id'
  | 'op'
  | 'source'
  | 'event_time'
  | 'instrument_id'
  | 'post_id'
  | 'author_key'
  | 'author_followers'
  | 'content_hash'
  | 'simhash'
  | 'label'
  | 'score'
  | 'confidence'
  | 'calibrated'
  | 'model_id'
  | 'model_version'
  | 'skipped'
  | 'symbol_count'
  | 'stuffed'
  | 'target_start'
  | 'target_end'
  | 'text'
  | 'words'
>;

export interface WeighedPost {
  readonly post: PostData;
  /** S61, from what is in the list. */
  readonly weight: number;
  /** What it adds to the window's mean: weight times score over the window's sum of weights. */
  readonly share: number;
  /** Posts that say the same, this one not counted; they are folded under the earliest. */
  readonly copies: readonly PostData[];
}

const HALF_LIFE_MS = 3_600_000;
/** Bits by which the SimHashes of near-copies differ at most (S64). */
const NEAR_BITS = 10;
/** So many authors of one cluster count in full (S64). */
const FULL_AUTHORS = 10;
/** So many posts of one author count in full (S65). */
const FULL_POSTS = 3;
const STUFFED_FACTOR = 0.1;

/**
 * The posts of one window with their weights (S55, S61, S64-S66), copies folded. With all posts of the window the shares add up to its
 * mean; where some are missing, `weightSum` of the published window keeps the shares right.
 */
export function weighPosts(
  posts: readonly PostData[],
  window: { readonly endMs: number; readonly weightSum: number | null },
  weighting: Weighting,
): readonly WeighedPost[] {
  const ordered = [...posts].sort(byTime);
  const clusters = clustersOf(ordered);
  const damped = weighting === 'raw' ? new Map<PostData, number>() : dampedFactors(clusters);
  const weightOf = (post: PostData) =>
    post.skipped === null ? (damped.get(post) ?? 1) * baseWeight(post, window.endMs) : 0;
  const listed = ordered.reduce((sum, post) => sum + weightOf(post), 0);
  const total = Math.max(listed, window.weightSum ?? 0);
  const share = (post: PostData) => (total === 0 ? 0 : (weightOf(post) * post.score) / total);
  return clusters.map((cluster) => {
    const [first, ...copies] = cluster as [PostData, ...PostData[]];
    return {
      post: first,
      weight: cluster.reduce((sum, post) => sum + weightOf(post), 0),
      share: cluster.reduce((sum, post) => sum + share(post), 0),
      copies,
    };
  });
}

/** Symbols (S55), confidence and age (S61): what raw and weighted have in common. */
function baseWeight(post: PostData, endMs: number): number {
  const symbols = (post.stuffed ? STUFFED_FACTOR : 1) / Math.max(1, post.symbol_count);
  const ageMs = Math.max(0, endMs - isoMs(post.event_time));
  return symbols * (post.calibrated ? post.confidence : 1) * 2 ** (-ageMs / HALF_LIFE_MS);
}

/** Author (S66), author's cap (S65) and copies (S64) of each post. */
function dampedFactors(clusters: readonly (readonly PostData[])[]): Map<PostData, number> {
  const factors = new Map<PostData, number>();
  const byAuthor = new Map<string, PostData[]>();
  for (const cluster of clusters) {
    const authors = new Set<string>();
    for (const post of cluster) {
      const isFirst = !authors.has(post.author_key);
      authors.add(post.author_key);
      const place = authors.size;
      const counts = !isFirst ? 0 : place <= FULL_AUTHORS ? 1 : FULL_AUTHORS / place;
      factors.set(post, counts * authorWeight(post.author_followers));
      if (isFirst) byAuthor.set(post.author_key, [...(byAuthor.get(post.author_key) ?? []), post]);
    }
  }
  for (const own of byAuthor.values()) {
    const cap = cappedCount(own.length) / own.length;
    for (const post of own) factors.set(post, (factors.get(post) ?? 0) * cap);
  }
  return factors;
}

/** clip(log10(1 + followers), .2, 3); unknown counts as 1 (S66). */
function authorWeight(followers: number | null): number {
  return followers === null ? 1 : Math.min(3, Math.max(0.2, Math.log10(1 + followers)));
}

/** min(n, 3) + 1/4 + ... + 1/n: 1, 3.25 for 4, 4.0956 for 10 (S65). */
export function cappedCount(count: number): number {
  let sum = Math.min(count, FULL_POSTS);
  for (let nth = FULL_POSTS + 1; nth <= count; nth += 1) sum += 1 / nth;
  return sum;
}

/** Connected components of "same text or nearly so", each in order of time; clusters in order of their first post. */
function clustersOf(ordered: readonly PostData[]): readonly (readonly PostData[])[] {
  const hashes = ordered.map(({ simhash }) => hashOf(simhash));
  const root = ordered.map((_, index) => index);
  const find = (index: number): number => {
    let at = index;
    while (root[at] !== at) at = root[at] ?? at;
    return at;
  };
  ordered.forEach((post, index) => {
    for (let other = 0; other < index; other += 1) {
      const isSame = ordered[other]?.content_hash === post.content_hash;
      if (!isSame && !isNear(hashes[other], hashes[index])) continue;
      const [a, b] = [find(other), find(index)];
      root[Math.max(a, b)] = Math.min(a, b);
    }
  });
  const clusters = new Map<number, PostData[]>();
  ordered.forEach((post, index) => {
    const key = find(index);
    clusters.set(key, [...(clusters.get(key) ?? []), post]);
  });
  return [...clusters.values()];
}

function hashOf(hex: string): bigint | null {
  return /^[0-9a-f]{1,16}$/i.test(hex) ? BigInt(`0x${hex}`) : null;
}

function isNear(a: bigint | null | undefined, b: bigint | null | undefined): boolean {
  // A text too short for a SimHash has none, or 0.
  if (a == null || b == null || a === 0n || b === 0n) return false;
  let left = a ^ b;
  let bits = 0;
  while (left !== 0n && bits <= NEAR_BITS) {
    left &= left - 1n;
    bits += 1;
  }
  return bits <= NEAR_BITS;
}

function byTime(a: PostData, b: PostData): number {
  if (a.event_time !== b.event_time) return a.event_time < b.event_time ? -1 : 1;
  return a.event_id < b.event_id ? -1 : 1;
}

export type PostOrder = 'influence' | 'newest';

export function orderPosts(
  posts: readonly WeighedPost[],
  order: PostOrder,
): readonly WeighedPost[] {
  return [...posts].sort((a, b) =>
    order === 'influence'
      ? Math.abs(b.share) - Math.abs(a.share) || byTime(b.post, a.post)
      : byTime(b.post, a.post),
  );
}
