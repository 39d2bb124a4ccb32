export { hoppingStarts, tumblingStart } from './starts.ts';
export { isLate, latenessMs } from './lateness.ts';
export {
  isFinalDue,
  nextStatus,
  type Clocks,
  type FinalityRule,
  type WindowStatus,
} from './status.ts';
