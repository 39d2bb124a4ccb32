import type { Mention, SocialPost } from '@groundswell/schemas';

/** The instrument that stands for every post that names one. */
export const MARKET = 'market:all';

/** What scoring says of one instrument of a post: a mention without its place in the history of the post. JSON-safe. */
export type Draft = Omit<Mention, 'eventId' | 'op' | 'refEventId' | 'eventTimeUs' | 'sequence'>;

export type ScorePost = (post: SocialPost) => readonly Draft[];
