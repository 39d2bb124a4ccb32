import type { PostData } from '@groundswell/schemas';
import { isoMs } from './time.ts';

/** `posts:<instrument>` and `GET /v1/instruments/{id}/posts`: what a post says about an instrument. */
export type { PostData };

/** In the API's order by influence: a weight depends on all posts of the window (S64, S65). Null elsewhere. */
export interface Influence {
  readonly weight: number | null;
  /** Its part of the window's weighted mean. */
  readonly share: number | null;
}

export type Post = PostData & Influence;

export interface PostPage {
  readonly items: readonly Post[];
  /** Posts of the window that were weighed; null in another order. */
  readonly considered: number | null;
}

export function livePost(data: PostData): Post {
  return { ...data, weight: null, share: null };
}

/** Posts that say the same as one; weight and share are those of all of them. */
export interface FoldedPost {
  /** The earliest. */
  readonly post: Post;
  readonly copies: number;
  readonly weight: number | null;
  readonly share: number | null;
}

export type PostOrder = 'influence' | 'newest';

export function foldPosts(posts: readonly Post[], order: PostOrder): readonly FoldedPost[] {
  const folded = clustersOf([...posts].sort(byTime)).flatMap((cluster): FoldedPost[] => {
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

/** Bits by which the SimHashes of near-copies differ at most (S64). */
const NEAR_BITS = 10;

/** Connected components of "same text or nearly so" (S64), each in the order given, by their first posts. */
function clustersOf(posts: readonly Post[]): readonly (readonly Post[])[] {
  const hashes = posts.map(({ simhash }) => (simhash === '' ? null : BigInt(`0x${simhash}`)));
  let clusters: number[][] = [];
  posts.forEach(({ content_hash }, index) => {
    const isCopy = (other: number) =>
      posts[other]?.content_hash === content_hash || isNear(hashes[other], hashes[index]);
    const own = clusters.filter((cluster) => cluster.some(isCopy));
    const joined = [...own.flat(), index].sort((a, b) => a - b);
    clusters = [...clusters.filter((cluster) => !own.includes(cluster)), joined];
  });
  return clusters.map((cluster) => cluster.flatMap((index) => posts[index] ?? []));
}

function isNear(a: bigint | null | undefined, b: bigint | null | undefined): boolean {
  if (a == null || b == null) return false;
  let left = a ^ b;
  let bits = 0;
  for (; left !== 0n && bits <= NEAR_BITS; bits += 1) left &= left - 1n;
  return bits <= NEAR_BITS;
}

function shareOf({ share }: Post): number | null {
  return share;
}

function sumOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

function byTime(a: Post, b: Post): number {
  return isoMs(a.event_time) - isoMs(b.event_time) || (a.post_id < b.post_id ? -1 : 1);
}
