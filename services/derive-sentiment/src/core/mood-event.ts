import type { MoodEvent, MoodRecord } from '@groundswell/mood';
import type { Mention } from '@groundswell/schemas';

/** A mention as the windows see it: no text, no words (S69). CORRECT and CANCEL name their target; validation has made sure of that. */
export function toMoodEvent(mention: Mention): MoodEvent {
  const { eventId: id, op, sequence: seq } = mention;
  const ref = mention.refEventId ?? '';
  if (op === 'CANCEL') return { kind: 'cancel', id, ref };
  const record: MoodRecord = {
    postId: mention.postId,
    eventTimeUs: mention.eventTimeUs,
    source: mention.source,
    authorKey: mention.authorKey,
    followers: mention.authorFollowers,
    authorSinceUs: mention.authorSinceUs,
    contentHash: mention.contentHash,
    simhash: mention.simhash,
    label: mention.label,
    score: mention.score,
    confidence: mention.confidence,
    calibrated: mention.calibrated,
    symbolCount: mention.symbolCount,
    stuffed: mention.stuffed,
    skipped: mention.skipped !== null,
    model: `${mention.sourceClass}=${mention.modelId}@${mention.modelVersion}`,
  };
  return op === 'CORRECT'
    ? { kind: 'correct', id, ref, seq, record }
    : { kind: 'mention', id, seq, record };
}
