export { batchBars, type Bar } from './batch-bars.ts';
export { batchMood, type MoodBatch, type MoodSeriesBatch } from './batch-mood.ts';
export {
  batchLedger,
  type HoldingValues,
  type InvestorValues,
  type LedgerBatch,
  type LedgerRule,
} from './batch-ledger.ts';
export { fold, type Folded, type Lot, type Oversell, type Realised } from './fold.ts';
export {
  lateTrades,
  type AcceptedTrade,
  type LateTrade,
  type TradeVerdicts,
} from './late-trades.ts';
export {
  effective,
  type Booking,
  type BookingCancel,
  type BookingContent,
  type BookingCorrection,
  type BookingType,
  type Effective,
  type LedgerArrival,
  type MarkArrival,
  type Refusal,
} from './ledger-events.ts';
export { concentration, holdingTimes, type Concentration, type HoldingTimes } from './measures.ts';
export {
  habits,
  type DayRule,
  type DispositionValues,
  type Habits,
  type HabitsInput,
  type TurnoverValues,
} from './habits.ts';
export { dayClose } from './marks.ts';
export {
  lateMentions,
  type MentionRecord,
  type MentionVerdicts,
  type MentionWindow,
} from './mentions.ts';
export { compareOrdered, type Ordered } from './order.ts';
export {
  windowStartMs,
  type TradeArrival,
  type TradeCancel,
  type TradeContent,
  type TradeCorrection,
  type TradePrint,
  type WindowRule,
} from './trades.ts';
