export { buzzZ } from './buzz.ts';
export { duplicateClusters, type Clusters } from './clusters.ts';
export type { DirtyPart } from './mention-store.ts';
export { checkMoodConfig, defaultMoodConfig, type MoodConfig } from './mood-config.ts';
export type {
  Applied,
  CancelEvent,
  CorrectEvent,
  LatePair,
  MentionEvent,
  MoodEvent,
} from './mood-event.ts';
export type { MoodLabel, MoodRecord } from './mood-record.ts';
export { moodValues, type MoodContext, type MoodValues } from './mood-values.ts';
export type { MoodCause } from './mood-window.ts';
export { openMoodWindows, type MoodEmission, type MoodWindows } from './mood-windows.ts';
export { pumpFlag, type PumpReason, type PumpSigns } from './pump.ts';
export { seriesValues, type MoodSeriesValues, type WeighedMention } from './series-values.ts';
export { shareOfVoice, shrink } from './shrink.ts';
export { effectiveAuthors, integrityOf, type Integrity } from './integrity.ts';
export {
  ageWeight,
  authorCap,
  copyWeight,
  credibility,
  reachWeight,
  symbolWeight,
} from './weights.ts';
export { wilsonInterval } from './wilson.ts';
