export {
  compareEvents,
  compareIds,
  isCorrection,
  orderKeyOf,
  type LedgerEvent,
  type LedgerEventChange,
  type LedgerEventType,
  type NamedLot,
  type OrderKey,
  type Ratio,
} from './event.ts';
export { validateLedgerEvent, type LedgerRejection } from './validate.ts';
export {
  type AveragePool,
  type HoldingSums,
  type LedgerOptions,
  type LedgerState,
  type LedgerStep,
  type Lot,
  type LotSelection,
  type PoolStep,
  type Position,
  type RealisedRecord,
  type RejectedEvent,
} from './state.ts';
export { checkpointEvery, createJournal, type InsertResult, type Journal } from './journal.ts';
export { effectiveEvent } from './corrections.ts';
export { decodeLedgerState, encodeLedgerState } from './codec.ts';
export {
  valueLedger,
  type LedgerMark,
  type LedgerValuation,
  type PositionValuation,
} from './valuation.ts';
export { lotLives, type LotLife } from './lot-lives.ts';
export { investorLedger, toLedgerEvent, type Booking, type BookingKind } from './booking.ts';
