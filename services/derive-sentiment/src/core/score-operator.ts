import { InvariantError } from '@groundswell/domain';
import type {
  Applied,
  Derived,
  Operator,
  OperatorOutput,
  Progress,
  SourceEvent,
  StateReader,
  StateWrite,
} from '@groundswell/stream';
import type { ScorePost } from './draft.ts';
import { decodePost, emptyPost, encodePost, expiryMs, type PostState } from './post-state.ts';
import { retell, type ToldMention } from './retell.ts';

type Input = 'social.post.v1';

/** States that expired are looked for when the clock has moved this far. */
const EXPIRE_EVERY_MS = 60_000;
const APPLIED: Applied = { verdict: 'applied', latePairs: [] };

/** Mentions of the posts of one partition. Memory holds the posts of one batch: few posts are heard of twice. */
export class ScoreOperator implements Operator<Input> {
  private readonly scorePost: ScorePost;
  private readonly posts = new Map<string, PostState>();
  private readonly expired = new Set<string>();
  private told: ToldMention[] = [];
  private nextExpiryMs = 0;

  constructor(scorePost: ScorePost) {
    this.scorePost = scorePost;
  }

  async prepare(events: readonly SourceEvent<Input>[], reader: StateReader): Promise<void> {
    const keys = [...new Set(events.map(({ entity }) => entity))];
    if (keys.length === 0) return;
    for (const key of keys) this.posts.set(key, emptyPost());
    for (const { key, body } of await reader.state(keys)) this.posts.set(key, decodePost(body));
  }

  apply({ entity, record }: SourceEvent<Input>): Applied {
    const state = this.posts.get(entity);
    if (state === undefined) throw new InvariantError('apply before prepare');
    this.told.push(...retell(state, record, this.scorePost));
    return APPLIED;
  }

  async advance({ partitionClockMs }: Progress, reader: StateReader): Promise<void> {
    if (partitionClockMs === null || partitionClockMs < this.nextExpiryMs) return;
    this.nextExpiryMs = partitionClockMs + EXPIRE_EVERY_MS;
    for (const key of await reader.pendingKeys(partitionClockMs)) {
      if (!this.posts.has(key)) this.expired.add(key);
    }
  }

  /** Nothing here waits for silence. */
  hasPending(): boolean {
    return false;
  }

  take(): OperatorOutput {
    const state: StateWrite[] = [...this.expired].map((key) => ({ key, part: '', body: null }));
    for (const [key, post] of this.posts) {
      state.push({ key, part: '', body: encodePost(post), pendingAtMs: expiryMs(post) });
    }
    const derived = this.told.map(mentionRecord);
    this.posts.clear();
    this.expired.clear();
    this.told = [];
    return { state, derived };
  }
}

function mentionRecord({ mention, ver }: ToldMention): Derived<'social.mention.v1'> {
  return {
    topic: 'social.mention.v1',
    key: mention.instrumentId,
    inputEntity: mention.postId,
    valueKey: `mention|${mention.postId}|${mention.instrumentId}`,
    ver,
    eventId: () => mention.eventId,
    keep: 'latest',
    build: () => mention,
  };
}
