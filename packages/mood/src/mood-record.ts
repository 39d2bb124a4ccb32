/** Mood labels as a mention carries them (S2). */
export type MoodLabel = 'POSITIVE' | 'NEUTRAL' | 'NEGATIVE';

/**
 * One mention as the windows of an instrument keep it: everything a published value needs, and no text (S69). Within one set a
 * post occurs once.
 */
export interface MoodRecord {
  /** `<source>:<native id>`. */
  readonly postId: string;
  /** When it was posted, epoch micros. */
  readonly eventTimeUs: number;
  readonly source: string;
  /** A pseudonym, never joined with investors. */
  readonly authorKey: string;
  /** Null where the source does not say. */
  readonly followers: number | null;
  /** When the account was made, epoch micros; null where unknown. */
  readonly authorSinceUs: number | null;
  /** Equal for equal normalised texts. */
  readonly contentHash: string;
  /** 64 bit SimHash as 16 hex digits; empty for texts below 5 tokens. */
  readonly simhash: string;
  readonly label: MoodLabel;
  /** -1..1. */
  readonly score: number;
  /** 0..1. */
  readonly confidence: number;
  /** Only a calibrated confidence weighs (S61). */
  readonly calibrated: boolean;
  /** Instruments that the post names, >= 1. */
  readonly symbolCount: number;
  /** More than 5 cashtags (S55). */
  readonly stuffed: boolean;
  /** Has no score: counts in attention, not in mood (S3). */
  readonly skipped: boolean;
  /** `<class>=<model>@<version>`. */
  readonly model: string;
}

/** The order of everything that depends on one: by time, ties by post id, code unit by code unit. */
export function compareRecords(a: MoodRecord, b: MoodRecord): number {
  return a.eventTimeUs - b.eventTimeUs || compareTexts(a.postId, b.postId);
}

/** By code unit, never by locale. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
