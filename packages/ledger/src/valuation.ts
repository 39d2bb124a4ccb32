import {
  ZERO,
  add,
  cmp,
  div,
  fraction,
  fractionFromE18,
  mul,
  sign,
  sub,
  type Fraction,
} from '@groundswell/domain';
import { compareIds } from './event.ts';
import type { LedgerState, Position } from './state.ts';

/** The last known price of an instrument, per unit in account currency, >= 0. */
export interface LedgerMark {
  readonly priceE18: bigint;
  /** When it was the price, epoch milliseconds. */
  readonly tsMs: number;
}

/** One open position at its mark. `qty` and `cost` are negative when short. */
export interface PositionValuation {
  readonly instrumentId: string;
  readonly qty: Fraction;
  /** Of the lots; of the average pool under `avg`. */
  readonly cost: Fraction;
  /** Cost per unit; for a short position proceeds per unit. */
  readonly avgCost: Fraction;
  readonly mark: LedgerMark | null;
  /** Null without a mark and when quarantined, and so is `unrealised`. */
  readonly marketValue: Fraction | null;
  readonly unrealised: Fraction | null;
  readonly quarantined: boolean;
  /** Open time of its oldest lot. */
  readonly openTsMs: number;
}

/** A ledger at a set of marks. Exact; money is rounded once, where it is published (C2). */
export interface LedgerValuation {
  readonly realisedPnl: Fraction;
  readonly realisedByInstrument: ReadonlyMap<string, Fraction>;
  readonly unrealisedPnl: Fraction;
  /** Open positions without a mark, sorted: what `marketValue`, `unrealisedPnl` and `equity` do not cover (L6). */
  readonly unpriced: readonly string[];
  /** Open positions whose mark is not believed (L10), sorted; left out like the unpriced ones. */
  readonly quarantined: readonly string[];
  /** Cost of the unpriced and quarantined positions; negative where short ones prevail. */
  readonly unvaluedCost: Fraction;
  readonly cash: Fraction;
  readonly fees: Fraction;
  readonly income: Fraction;
  readonly netDeposits: Fraction;
  readonly tradedValue: Fraction;
  /** Of the positions that are neither unpriced nor quarantined. */
  readonly marketValue: Fraction;
  /** Cash plus market value. */
  readonly equity: Fraction;
  /** Sorted by instrument. */
  readonly positions: readonly PositionValuation[];
  /** Left minus right side of L9, what has no value taken at cost: exactly 0, or the ledger is wrong. */
  readonly conservationDifference: Fraction;
}

/** Value every open position at its mark. */
export function valueLedger(
  state: LedgerState,
  markOf: (instrumentId: string) => LedgerMark | null,
): LedgerValuation {
  const positions = [...state.positions]
    .sort(([a], [b]) => compareIds(a, b))
    .map(([id, position]) => valuePosition(id, costOf(state, position), position, markOf(id)));
  const marketValue = total(positions, (position) => position.marketValue ?? ZERO);
  const unvaluedCost = total(positions, (position) =>
    position.marketValue ? ZERO : position.cost,
  );
  const unrealisedPnl = total(positions, (position) => position.unrealised ?? ZERO);
  const equity = add(state.cash, marketValue);
  const earned = [state.netDeposits, state.realised, unrealisedPnl, state.income].reduce(add);
  return {
    realisedPnl: state.realised,
    realisedByInstrument: state.realisedByInstrument,
    unrealisedPnl,
    unpriced: idsOf(positions, (position) => position.mark === null),
    quarantined: idsOf(positions, (position) => position.quarantined),
    unvaluedCost,
    cash: state.cash,
    fees: state.fees,
    income: state.income,
    netDeposits: state.netDeposits,
    tradedValue: state.tradedValue,
    marketValue,
    equity,
    positions,
    conservationDifference: sub(add(equity, unvaluedCost), sub(earned, state.standaloneFees)),
  };
}

function valuePosition(
  instrumentId: string,
  cost: Fraction,
  { lots, pool: { qty } }: Position,
  mark: LedgerMark | null,
): PositionValuation {
  const avgCost = div(cost, qty);
  const quarantined = mark !== null && isIncredible(fractionFromE18(mark.priceE18), avgCost);
  const marketValue =
    mark === null || quarantined ? null : mul(qty, fractionFromE18(mark.priceE18));
  return {
    instrumentId,
    qty,
    cost,
    avgCost,
    mark,
    marketValue,
    unrealised: marketValue && sub(marketValue, cost),
    quarantined,
    openTsMs: lots[0]?.openTsMs ?? 0,
  };
}

const widestFactor = fraction(20n);

/** L10: a price 20 times away from the average cost is first of all a missing corporate action. Without a cost there is no rule. */
function isIncredible(price: Fraction, avgCost: Fraction): boolean {
  if (sign(avgCost) <= 0) return false;
  return cmp(price, mul(avgCost, widestFactor)) > 0 || cmp(mul(price, widestFactor), avgCost) < 0;
}

function costOf(state: LedgerState, { lots, pool }: Position): Fraction {
  return state.selection === 'avg' ? pool.cost : total(lots, (lot) => lot.cost);
}

function total<T>(items: readonly T[], amountOf: (item: T) => Fraction): Fraction {
  return sumOf(items.map(amountOf));
}

/** By halves: the common denominator grows with the terms, and this way few additions meet a wide one. */
function sumOf(terms: readonly Fraction[]): Fraction {
  if (terms.length <= 2) return terms.reduce(add, ZERO);
  const middle = terms.length >>> 1;
  return add(sumOf(terms.slice(0, middle)), sumOf(terms.slice(middle)));
}

function idsOf(
  positions: readonly PositionValuation[],
  applies: (position: PositionValuation) => boolean,
): readonly string[] {
  return positions.filter(applies).map((position) => position.instrumentId);
}
