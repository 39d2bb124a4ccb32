import {
  ageWeight,
  duplicateClusters,
  integrityOf,
  symbolWeight,
  type MoodRecord,
} from '@groundswell/mood';
import { parseIsoUs } from '@groundswell/domain';
import type { MentionJson } from '@groundswell/schemas';

/** What a mention adds to the weighted mood of a window (S61). */
export interface Influence {
  readonly weight: number;
  /** weight x score over the sum of weights: these add up to the mood. Null if nothing weighs anything. */
  readonly share: number | null;
}

const HALF_LIFE_MS = 3_600_000;

/**
 * The influence of each mention in the set of all of them, by the same functions as the windows: copies and authors can only be told
 * within a set. A mention without a score has no weight.
 */
export function influences(
  mentions: readonly MentionJson[],
  windowEndUs: number,
): ReadonlyMap<string, Influence> {
  const records = mentions
    .map(moodRecordOf)
    .sort((a, b) => a.eventTimeUs - b.eventTimeUs || (a.postId < b.postId ? -1 : 1));
  const { clusterOf } = duplicateClusters(records);
  const indices = [...records.keys()].filter((index) => records[index]?.skipped === false);
  const scored = records.filter(({ skipped }) => !skipped);
  const factors = integrityOf(scored, (nth) => clusterOf[indices[nth] ?? 0] ?? 0);
  const weights = scored.map((record, i) => {
    const { author, cap, copy } = factors[i] ?? { author: 0, cap: 0, copy: 0 };
    return (
      author *
      cap *
      copy *
      symbolWeight(record.symbolCount, record.stuffed) *
      (record.calibrated ? record.confidence : 1) *
      ageWeight((windowEndUs - record.eventTimeUs) / 1000, HALF_LIFE_MS)
    );
  });
  const sum = weights.reduce((a, b) => a + b, 0);
  const found = new Map<string, Influence>();
  scored.forEach(({ postId, score }, i) => {
    const weight = weights[i] ?? 0;
    found.set(postId, { weight, share: sum === 0 ? null : (weight * score) / sum });
  });
  return found;
}

function moodRecordOf(mention: MentionJson): MoodRecord {
  return {
    postId: mention.post_id,
    eventTimeUs: parseIsoUs(mention.event_time).us,
    source: mention.source,
    authorKey: mention.author_key,
    followers: mention.author_followers,
    authorSinceUs: mention.author_since === null ? null : parseIsoUs(mention.author_since).us,
    contentHash: mention.content_hash,
    simhash: mention.simhash,
    label: mention.label,
    score: mention.score,
    confidence: mention.confidence,
    calibrated: mention.calibrated,
    symbolCount: mention.symbol_count,
    stuffed: mention.stuffed,
    skipped: mention.skipped !== null,
    model: `${mention.model_id}@${mention.model_version}`,
  };
}
