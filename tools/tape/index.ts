/** Tapes: recorded events, one JSON object per line (docs/tapes.md). */
export { NO_CURRENCY } from './currency.ts';
export { TapeError } from './errors.ts';
export { postLabels } from './event.ts';
export type {
  TapeCancel,
  TapeCash,
  TapeCorrection,
  TapeEvent,
  TapeExecution,
  TapeHeader,
  TapeInstrument,
  PostLabel,
  TapeMark,
  TapePost,
  TapeSet,
  TapeTrade,
} from './event.ts';
export { formatEvent } from './format.ts';
export { readLines } from './lines.ts';
export { openTape, type NumberedEvent } from './read.ts';
export { writeTape } from './write.ts';
