import type { LiveClient } from '@groundswell/client';
import { postsPath } from '../lib/api.ts';
import type { ApiProblem, GetJson } from '../lib/http.ts';
import { livePost, type Post, type PostData, type PostPage } from '../lib/posts.ts';
import { isoMs } from '../lib/time.ts';

/** As many as the API gives at once. */
const MAX_LISTED = 200;
/** As many as the client keeps of a channel; beyond it drops the oldest. */
const MAX_KEPT = 300;

interface Asked {
  readonly getJson: GetJson;
  readonly instrument: string;
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Posts of one window of one instrument: read from REST with their weights, told of by the live channel. What is listed changes only
 * when a person asks (`take`) or another window is chosen; until then new posts are counted. Where REST cannot be read the live ones
 * are listed, without weights.
 */
export class Posts {
  listed = $state.raw<readonly Post[]>([]);
  /** Posts of the window that came since it was read. */
  fresh = $state(0);
  /** Posts that were weighed; more than are listed in a loud window. */
  considered = $state<number | null>(null);
  isReading = $state(false);
  problem = $state.raw<ApiProblem | null>(null);
  hasAnswer = $state(false);
  /** Why the gateway refused the channel. */
  refusal = $state<string | null>(null);
  #asked: Asked | null = null;
  readonly #live = new Map<string, Post>();
  readonly #fresh = new Set<string>();

  follow(client: LiveClient, instrument: string): () => void {
    this.#live.clear();
    return client.subscribe(`posts:${instrument}`, {
      onItem: ({ key, data }, origin) => {
        this.#add(key, livePost(data as PostData), origin === 'frame');
      },
      onRemove: (key) => {
        this.#remove(key);
      },
      onVerdict: (answer) => {
        this.hasAnswer = true;
        this.refusal = 'error' in answer ? answer.error.title : null;
      },
    });
  }

  /** List the posts of another window: what is here at once, then what REST says. */
  choose(asked: Asked): Promise<void> {
    this.#asked = asked;
    this.considered = null;
    this.listed = this.#known();
    return this.take();
  }

  /** Read the window again. */
  async take(): Promise<void> {
    const asked = this.#asked;
    if (asked === null) return;
    this.isReading = true;
    const { getJson, instrument } = asked;
    const answer = await getJson<PostPage>(postsPath(instrument, asked, MAX_LISTED));
    if (this.#asked !== asked) return; // another window was chosen meanwhile
    this.isReading = false;
    this.problem = answer.ok ? null : answer.problem;
    this.considered = answer.ok ? answer.value.considered : null;
    this.listed = answer.ok && answer.value.items.length > 0 ? answer.value.items : this.#known();
    this.#fresh.clear();
    this.fresh = 0;
  }

  #add(key: string, post: Post, isNew: boolean): void {
    this.#live.set(key, post);
    if (!this.#isAsked(post)) return;
    if (this.listed.length === 0 && !this.isReading) this.listed = this.#known();
    else if (isNew && !this.listed.some(({ post_id }) => post_id === post.post_id)) {
      this.#fresh.add(post.post_id);
      this.fresh = this.#fresh.size;
    }
  }

  /** A post that was taken back is not shown on, whoever is reading (S6); one that only grew old is. */
  #remove(key: string): void {
    const gone = this.#live.get(key);
    this.#live.delete(key);
    if (gone === undefined) return;
    const isOldest = [...this.#live.values()].every(
      ({ event_time }) => event_time >= gone.event_time,
    );
    if (isOldest && this.#live.size >= MAX_KEPT) return;
    this.listed = this.listed.filter(({ post_id }) => post_id !== gone.post_id);
  }

  #isAsked({ event_time }: Post): boolean {
    const timeMs = isoMs(event_time);
    return this.#asked !== null && timeMs >= this.#asked.startMs && timeMs < this.#asked.endMs;
  }

  #known(): readonly Post[] {
    return [...this.#live.values()].filter((post) => this.#isAsked(post));
  }
}
