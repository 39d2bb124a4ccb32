/** Tapes: recorded events, one JSON object per line (docs/tapes.md). */
export { TapeError } from './errors.ts';
export type {
  TapeCancel,
  TapeCash,
  TapeCorrection,
  TapeEvent,
  TapeExecution,
  TapeHeader,
  TapeInstrument,
  TapeMark,
  TapeSet,
  TapeTrade,
} from './event.ts';
export { formatEvent } from './format.ts';
export { readLines } from './lines.ts';
export { openTape, type NumberedEvent } from './read.ts';
export { writeTape } from './write.ts';
