import type { LiveClient } from '@groundswell/client';
import { postsPath } from '../lib/api.ts';
import type { ApiProblem, GetJson } from '../lib/http.ts';
import type { PostData } from '../lib/posts.ts';
import { isoMs } from '../lib/time.ts';

interface PostPage {
  readonly items: readonly PostData[];
  readonly next_cursor: string | null;
}

/** More of one window than anybody reads; what is beyond is counted, not listed. */
const MAX_LISTED = 200;
/** Live posts that are kept for windows to come. */
const MAX_KEPT = 600;

/**
 * Posts of one instrument: the live ones as they come, and those of one window read from REST. What is listed changes only when a
 * person asks (`take`) or chooses another window; until then new posts are counted.
 */
export class Posts {
  listed = $state.raw<readonly PostData[]>([]);
  /** Live posts of the window that are not listed yet. */
  fresh = $state(0);
  /** Is the window being read? */
  isReading = $state(false);
  problem = $state.raw<ApiProblem | null>(null);
  hasAnswer = $state(false);
  refusal = $state<string | null>(null);
  #span: { readonly startMs: number; readonly endMs: number } | null = null;
  #read: readonly PostData[] = [];
  readonly #live = new Map<string, PostData>();

  follow(client: LiveClient, instrument: string): () => void {
    this.#live.clear();
    return client.subscribe(`posts:${instrument}`, {
      onItem: ({ key, data }, origin) => {
        const post = data as PostData;
        const wasKnown = this.#live.delete(key);
        if (post.op === 'CANCEL') {
          if (wasKnown) this.take(); // what was taken back is not shown on (S6)
          return;
        }
        this.#live.set(key, post);
        const [oldest] = this.#live.keys();
        if (this.#live.size > MAX_KEPT && oldest !== undefined) this.#live.delete(oldest);
        if (origin === 'snapshot' || this.listed.length === 0) this.take();
        else this.#count();
      },
      onRemove: (key) => {
        if (this.#live.delete(key)) this.take();
      },
      onVerdict: (answer) => {
        this.hasAnswer = true;
        this.refusal = 'error' in answer ? answer.error.title : null;
      },
    });
  }

  /** List the posts of another window: what is here at once, the rest from REST. */
  async choose(
    getJson: GetJson,
    instrument: string,
    span: { readonly startMs: number; readonly endMs: number },
  ): Promise<void> {
    this.#span = span;
    this.#read = [];
    this.take();
    this.isReading = true;
    const answer = await getJson<PostPage>(postsPath(instrument, span, MAX_LISTED));
    if (this.#span !== span) return; // another window was chosen meanwhile
    this.isReading = false;
    this.problem = answer.ok ? null : answer.problem;
    if (answer.ok) this.#read = answer.value.items;
    this.take();
  }

  /** List everything that is known of the window now. */
  take(): void {
    this.listed = this.#known();
    this.fresh = 0;
  }

  #count(): void {
    const listed = new Set(this.listed.map(identityOf));
    this.fresh = this.#known().filter((post) => !listed.has(identityOf(post))).length;
  }

  #known(): readonly PostData[] {
    const span = this.#span;
    if (span === null) return [];
    const known = new Map<string, PostData>();
    for (const post of [...this.#read, ...this.#live.values()]) {
      if (post.op === 'CANCEL') continue;
      const timeMs = isoMs(post.event_time);
      if (timeMs < span.startMs || timeMs >= span.endMs) continue;
      known.set(identityOf(post), post);
    }
    return [...known.values()];
  }
}

function identityOf({ post_id }: PostData): string {
  return post_id;
}
