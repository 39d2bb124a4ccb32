import type { MoodRecord } from '../src/index.ts';

/** A whole hour. */
export const START_MS = 1_769_997_600_000;
export const HOUR_MS = 3_600_000;

/** A positive post of an unknown author, posted `atMs` after {@link START_MS}; every one has a text of its own. */
export function aRecord(id: string, atMs: number, more: Partial<MoodRecord> = {}): MoodRecord {
  return {
    postId: `world:${id}`,
    eventTimeUs: (START_MS + atMs) * 1000,
    source: 'world',
    authorKey: `author of ${id}`,
    followers: null,
    authorSinceUs: null,
    contentHash: `text of ${id}`,
    simhash: '',
    label: 'POSITIVE',
    score: 0.5,
    confidence: 0.5,
    calibrated: false,
    symbolCount: 1,
    stuffed: false,
    skipped: false,
    model: 'SOCIAL=rules@1.0.0',
    ...more,
  };
}

/** The end of the hour, where every age weight is taken. */
export const hour = { windowEndMs: START_MS + HOUR_MS };

/** No post is older than another: only then are weights 1. */
export const ageless = { windowEndMs: START_MS, halfLifeMs: Number.MAX_VALUE };
