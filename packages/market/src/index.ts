export { PANE_MS, defaultBarConfig, type BarConfig } from './bar-config.ts';
export {
  createBarSeries,
  restoreBarSeries,
  type BarEmission,
  type BarSeries,
} from './bar-series.ts';
export { dayMarks, type DayMark, type DayPrice } from './day-marks.ts';
export type { DirtyPart } from './record-store.ts';
export type { BarValues } from './bar-values.ts';
export type { BarCause } from './bar-window.ts';
export type {
  Applied,
  CancelEvent,
  CorrectEvent,
  LatePair,
  MarketEvent,
  TradeEvent,
} from './market-event.ts';
export { compareOrder, orderKey, type OrderKey, type Print } from './print.ts';
export { annualVolatility, realisedVolatility } from './volatility.ts';
export {
  saleConditionFlags,
  saleConditionTables,
  type SaleConditions,
  type SaleConditionTable,
  type SaleFlags,
} from './sale-conditions.ts';
