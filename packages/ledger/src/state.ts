import { ZERO, type Fraction } from '@groundswell/domain';
import type { LedgerEvent } from './event.ts';
import type { LedgerRejection } from './validate.ts';

/** Order in which lots are closed (L4); `avg` takes its basis from the average pool and consumes lots as `fifo`. */
export type LotSelection = 'fifo' | 'lifo' | 'hifo' | 'avg';

export interface LedgerOptions {
  readonly selection: LotSelection;
  /** A sale beyond what is held opens a short position, or its excess is listed in `unmatched` (C6). */
  readonly oversell: 'open_short' | 'reject';
}

/**
 * What one execution opened and nothing has closed yet. `qty` < 0 is short, and so is its cost: what it brought in,
 * negated (L2). A short whose fee exceeds its value has brought in less than nothing.
 */
export interface Lot {
  /** Id of the execution that opened it. */
  readonly id: string;
  readonly openTsMs: number;
  readonly openSeq: number;
  readonly qty: Fraction;
  readonly cost: Fraction;
}

/** The same position seen as one average. `fee` is the part of a long `cost` that was paid as buy fees. */
export interface AveragePool {
  readonly qty: Fraction;
  readonly cost: Fraction;
  readonly fee: Fraction;
}

/** Open lots in C1 order, all of one sign, and the pool beside them; a flat position is absent from the state. */
export interface Position {
  readonly lots: readonly Lot[];
  readonly pool: AveragePool;
}

/** One lot part that an execution closed (L3), or the excess of a return of capital (A5, `qty` 0). */
export interface RealisedRecord {
  readonly executionId: string;
  /** The lot that it took from. */
  readonly lotId: string;
  readonly instrumentId: string;
  /** Units closed, >= 0. */
  readonly qty: Fraction;
  /** Cost of the part, for a short position its opening proceeds (below 0 where the fee exceeded the value). */
  readonly basis: Fraction;
  readonly pnl: Fraction;
  readonly side: 'long' | 'short';
  readonly openTsMs: number;
  readonly closeTsMs: number;
  readonly holdMs: number;
}

/** Sums over the closed parts of one sign of P&L (B2), in days of 86,400 s; `sumBasis` is rounded to scale 18 per part. */
export interface HoldingSums {
  readonly n: number;
  readonly sumDays: Fraction;
  readonly sumBasis: Fraction;
  readonly sumBasisDays: Fraction;
}

/** What one folded event did, for measures that are kept by day. Positions that it named are there even if it left them as they were. */
export interface LedgerStep {
  /** With its corrections applied. */
  readonly event: LedgerEvent;
  /** Cash that it moved, + into the account. */
  readonly cash: Fraction;
  /** Quantity x price that it traded, >= 0: 0 where nothing was executed. */
  readonly traded: Fraction;
  readonly pools: readonly PoolStep[];
}

export interface PoolStep {
  readonly instrumentId: string;
  readonly before: AveragePool;
  readonly after: AveragePool;
}

/** An event that the fold refused, in C1 order. It moved nothing. */
export interface RejectedEvent {
  readonly id: string;
  readonly reason: LedgerRejection;
}

/** One investor's ledger after all events so far; never changes once handed out. Money in account currency, exact. */
export interface LedgerState {
  readonly selection: LotSelection;
  readonly positions: ReadonlyMap<string, Position>;
  readonly cash: Fraction;
  /** Fees of executions that were folded plus standalone FEE events. */
  readonly fees: Fraction;
  readonly standaloneFees: Fraction;
  /** Dividends and interest, net. */
  readonly income: Fraction;
  readonly netDeposits: Fraction;
  /** Sum of quantity x price over executions, bought and sold. */
  readonly tradedValue: Fraction;
  readonly realised: Fraction;
  readonly realisedByInstrument: ReadonlyMap<string, Fraction>;
  /** In fold order. Built when first read: a state whose records nobody reads costs nothing for them. */
  readonly realisedRecords: readonly RealisedRecord[];
  readonly winners: HoldingSums;
  readonly losers: HoldingSums;
  /** Units sold beyond the holding under `oversell: 'reject'` (C6). */
  readonly unmatched: ReadonlyMap<string, Fraction>;
  readonly rejected: number;
  readonly rejections: readonly RejectedEvent[];
  /** Ids of corrections whose target is not in the journal, sorted (C14). */
  readonly orphans: readonly string[];
  /** Event time of the newest folded event. */
  readonly newestTsMs: number | null;
}

export const noHoldings: HoldingSums = { n: 0, sumDays: ZERO, sumBasis: ZERO, sumBasisDays: ZERO };
export const flat: Position = { lots: [], pool: { qty: ZERO, cost: ZERO, fee: ZERO } };
