import { sourceStreamKey, type Origin } from '@groundswell/connector';
import type { Gap } from '@groundswell/schemas';

/** The one stream of a social source, in statuses and gaps. */
export const STREAM = 'posts';

export const streamKey = (origin: Origin): string => sourceStreamKey(origin.source, STREAM);

/**
 * Posts between two times are missing for good: the host no longer had them when we came back (P1). How many is not known, since posts have no
 * contiguous ids.
 */
export function missedPosts(
  origin: Origin,
  gap: { readonly afterUs: number; readonly beforeUs: number },
  nowUs: number,
): Gap {
  const { afterUs, beforeUs } = gap;
  return {
    eventId: `gap:${origin.source}:${STREAM}:${afterUs}-${beforeUs}`,
    op: 'CREATE',
    refEventId: null,
    source: origin.source,
    feed: origin.feed,
    eventTimeUs: beforeUs,
    ingestTimeUs: nowUs,
    sequence: null,
    eventTimeNanosRem: null,
    stream: STREAM,
    fromId: null,
    toId: null,
    missing: null,
    fromTimeUs: afterUs,
    toTimeUs: beforeUs,
    reason: 'not_at_source',
    closed: false,
  };
}
