import type { Mention } from '@groundswell/schemas';

/** Range rules of a mention beyond its schema (Q2); the reason is of a closed set. */
export type MentionRefusal =
  | 'bad_event_id'
  | 'bad_event_time'
  | 'missing_ref'
  | 'bad_score'
  | 'bad_confidence'
  | 'bad_symbol_count'
  | 'bad_simhash';

/** 2001-09-09 to 2100: a time in another unit falls outside. */
const FIRST_US = 1_000_000_000_000_000;
const LAST_US = 4_102_444_800_000_000;
const SIMHASH = /^(?:[0-9a-f]{16})?$/;

/** Creates the step that judges the ranges of a mention. NaN is in no range. */
export function createValidateMentionStep(): (mention: Mention) => MentionRefusal | null {
  return function validateMention(mention) {
    const { eventId, eventTimeUs, op, score, confidence } = mention;
    if (eventId === '' || eventId.length > 700) return 'bad_event_id';
    if (eventTimeUs < FIRST_US || eventTimeUs > LAST_US) return 'bad_event_time';
    if (op !== 'CREATE' && mention.refEventId === null) return 'missing_ref';
    if (op === 'CANCEL') return null;
    if (!(Math.abs(score) <= 1)) return 'bad_score';
    if (!(confidence >= 0 && confidence <= 1)) return 'bad_confidence';
    if (mention.symbolCount < 1) return 'bad_symbol_count';
    return SIMHASH.test(mention.simhash) ? null : 'bad_simhash';
  };
}
