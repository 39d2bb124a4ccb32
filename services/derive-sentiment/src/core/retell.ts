import type { Mention, SocialPost } from '@groundswell/schemas';
import type { Draft, ScorePost } from './draft.ts';
import { isNewer, postIdOf, revisionOf, type PostState } from './post-state.ts';

/** A mention to publish, and which version of its value key it is. */
export interface ToldMention {
  readonly mention: Mention;
  readonly ver: number;
}

/**
 * Take in one event of a post and say what changed (S6, S54). The newest text counts, whatever order the events arrive in; an older one
 * changes nothing. A text without its CREATE is scored and held. A CANCEL retracts all and is the end.
 * @param state changed in place
 */
export function retell(state: PostState, post: SocialPost, scorePost: ScorePost): ToldMention[] {
  state.lastUs = Math.max(state.lastUs, post.eventTimeUs);
  if (state.cancelled) return [];
  if (post.op === 'CANCEL') {
    state.cancelled = true;
    state.held = null;
    return tell(state, post, post.eventId, []);
  }
  const isFirst = post.op === 'CREATE' && state.createdUs === null;
  if (isFirst) state.createdUs = post.eventTimeUs;
  const revision = revisionOf(post);
  if (state.revision !== null && !isNewer(revision, state.revision)) {
    if (!isFirst || state.held === null) return [];
    const held = state.held;
    state.held = null;
    return tell(state, post, state.revision[2], held);
  }
  state.revision = revision;
  const drafts = scorePost(post);
  if (state.createdUs === null) {
    state.held = drafts;
    return [];
  }
  state.held = null;
  return tell(state, post, post.eventId, drafts);
}

/** The mentions that make what is told equal to the drafts: named for the first time, scored again, no longer named. */
function tell(
  state: PostState,
  post: SocialPost,
  revisionId: string,
  drafts: readonly Draft[],
): ToldMention[] {
  const named = new Set(drafts.map(({ instrumentId }) => instrumentId));
  const gone = Object.keys(state.told)
    .filter((id) => !named.has(id) && state.told[id]?.standing != null)
    .sort();
  return [
    ...gone.map((instrumentId) =>
      say(state, post, revisionId, retraction(post, instrumentId), true),
    ),
    ...drafts.map((draft) => say(state, post, revisionId, draft, false)),
  ];
}

function say(
  state: PostState,
  post: SocialPost,
  revisionId: string,
  draft: Draft,
  retracts: boolean,
): ToldMention {
  const { instrumentId } = draft;
  const { standing, ver } = state.told[instrumentId] ?? { standing: null, ver: 0 };
  const eventId = `${revisionId}|${instrumentId}`;
  state.told[instrumentId] = { standing: retracts ? null : (standing ?? eventId), ver: ver + 1 };
  const mention: Mention = {
    ...draft,
    eventId,
    op: retracts ? 'CANCEL' : standing === null ? 'CREATE' : 'CORRECT',
    refEventId: standing,
    eventTimeUs: state.createdUs ?? post.eventTimeUs,
    // The order of what is said of one post.
    sequence: state.revision?.[0] ?? post.eventTimeUs,
  };
  return { mention, ver: ver + 1 };
}

/** Says nothing any more: no text, no hashes of it, no score. */
function retraction(post: SocialPost, instrumentId: string): Draft {
  return {
    source: post.source,
    feed: post.feed,
    ingestTimeUs: post.ingestTimeUs,
    eventTimeNanosRem: null,
    instrumentId,
    postId: postIdOf(post),
    postRevision: post.nativeRev ?? '0',
    sourceClass: post.sourceClass,
    authorKey: post.authorKey,
    authorFollowers: null,
    authorSinceUs: null,
    contentHash: '',
    simhash: '',
    label: 'NEUTRAL',
    score: 0,
    pNeg: 0,
    pNeu: 1,
    pPos: 0,
    confidence: 0,
    calibrated: false,
    modelId: '',
    modelVersion: '',
    skipped: null,
    symbolCount: 1,
    isPrimary: false,
    stuffed: false,
    resolutionConfidence: 1,
    symbolsAsOf: null,
    targetStart: null,
    targetEnd: null,
    text: null,
    words: [],
  };
}
