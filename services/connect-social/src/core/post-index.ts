/** What we know about a post that we published, or whose deletion overtook it. */
export interface KnownPost {
  /** Newest revision that we know of. */
  readonly rev: string;
  /** Event id of the newest record that we published; null where we published none. */
  readonly eventId: string | null;
  readonly authorKey: string;
  /** Deleted: nothing of it may come again. */
  readonly gone: boolean;
}

/**
 * Posts that consumers may hold, by key (`source:native_id`) and by author. Memory only, without texts: made anew at start from what the topic holds.
 * The order of revisions of a post rests on it: an older revision must never follow a newer one into a compacted topic, where it would bring a deleted
 * text back (R2).
 */
export interface PostIndex {
  get(key: string): KnownPost | undefined;
  put(key: string, post: KnownPost, createdUs: number | null): void;
  /** Published and not deleted. */
  ofAuthor(authorKey: string): readonly string[];
  /** May a post of this age have been published without being known here? An unknown age always may. */
  mayHaveForgotten(createdUs: number | null): boolean;
  size(): number;
}

export interface PostIndexOptions {
  /** At this many posts the oldest are forgotten. */
  readonly capacity: number;
  /** Posts made before may have been published and are gone from the topic; -Infinity if the topic still holds its first record. */
  readonly completeFromUs: number;
}

export function createPostIndex(options: PostIndexOptions): PostIndex {
  const posts = new Map<string, KnownPost & { readonly createdUs: number | null }>();
  const byAuthor = new Map<string, Set<string>>();
  let { completeFromUs } = options;

  function unlist(key: string, authorKey: string): void {
    const keys = byAuthor.get(authorKey);
    keys?.delete(key);
    if (keys?.size === 0) byAuthor.delete(authorKey);
  }

  return {
    get: (key) => posts.get(key),
    put(key, post, createdUs) {
      const before = posts.get(key);
      if (before !== undefined) {
        posts.delete(key);
        unlist(key, before.authorKey);
      }
      posts.set(key, { ...post, createdUs: before?.createdUs ?? createdUs });
      if (post.eventId !== null && !post.gone) {
        const keys = byAuthor.get(post.authorKey);
        if (keys === undefined) byAuthor.set(post.authorKey, new Set([key]));
        else keys.add(key);
      }
      if (posts.size <= options.capacity) return;
      const oldest = posts.entries().next();
      if (oldest.done === true) return;
      const [oldKey, old] = oldest.value;
      posts.delete(oldKey);
      unlist(oldKey, old.authorKey);
      completeFromUs = Math.max(completeFromUs, (old.createdUs ?? 0) + 1);
    },
    ofAuthor: (authorKey) => [...(byAuthor.get(authorKey) ?? [])],
    mayHaveForgotten: (createdUs) => createdUs === null || createdUs < completeFromUs,
    size: () => posts.size,
  };
}
