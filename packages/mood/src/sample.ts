import { compareTexts, type MoodRecord } from './mood-record.ts';
import { hashText } from './text-hash.ts';

/** Most records whose copies and authors are looked at in one window (S60). */
export const MAX_RECORDS = 10_000;

/**
 * The records with the smallest hash of their post id, all if there are few enough: a sample that is the same whatever the order or
 * the parts in which the records came (bottom-k, Cohen & Kaplan 2007).
 */
export function sampleRecords(
  records: readonly MoodRecord[],
  maxRecords: number,
): readonly MoodRecord[] {
  if (records.length <= maxRecords) return records;
  return records
    .map((record) => ({ record, hash: hashText(record.postId) }))
    .sort((a, b) => a.hash - b.hash || compareTexts(a.record.postId, b.record.postId))
    .slice(0, maxRecords)
    .map(({ record }) => record);
}
