export { concentration, type Concentration } from './concentration.ts';
export { holdingTimes, type HoldingTimes, type HoldingTimesOptions } from './holding-times.ts';
