import type { SocialPost } from '@groundswell/schemas';

/** Range rules of a post beyond its schema (Q2); the reason is of a closed set. */
export type PostRefusal = 'bad_event_id' | 'bad_event_time' | 'missing_native_id' | 'bad_span';

/** 2001-09-09 to 2100: a time in another unit falls outside. */
const FIRST_US = 1_000_000_000_000_000;
const LAST_US = 4_102_444_800_000_000;

/** Creates the step that judges the ranges of a post. Its key names the post, so corrections need no target of their own. */
export function createValidatePostStep(): (post: SocialPost) => PostRefusal | null {
  return function validatePost({ eventId, eventTimeUs, nativeId, op, text, mentions }) {
    if (eventId === '' || eventId.length > 500) return 'bad_event_id';
    if (eventTimeUs < FIRST_US || eventTimeUs > LAST_US) return 'bad_event_time';
    if (nativeId === '' || nativeId.length > 500) return 'missing_native_id';
    if (op === 'CANCEL' || text === null) return null;
    const inText = mentions.every(
      ({ start, end }) => start >= 0 && start <= end && end <= text.length,
    );
    return inText ? null : 'bad_span';
  };
}
