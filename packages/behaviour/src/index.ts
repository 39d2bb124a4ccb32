export { concentration, type Concentration } from './concentration.ts';
export { DayBars, type DayBar } from './day-bars.ts';
export { DayBook } from './day-book.ts';
export { noTotals, totalsBetween, type DayTotals } from './day-totals.ts';
export {
  addCounts,
  countDay,
  dispositionEffect,
  noDisposition,
  type DispositionCounts,
  type DispositionEffect,
  type Opportunity,
} from './disposition.ts';
export { holdingTimes, type HoldingTimes, type HoldingTimesOptions } from './holding-times.ts';
export type { Listings } from './listings.ts';
export { createLocalDays, dateOf, type DayNumber, type LocalDays } from './local-days.ts';
export { openLosers, type OpenLosers } from './open-losers.ts';
export {
  grossBookTurnover,
  monthTurnover,
  turnover,
  type MonthPosition,
  type Turnover,
} from './turnover.ts';
