import { ZERO, abs, add, isZero, neg, sign, type Fraction } from '@groundswell/domain';
import { compareIds } from './event.ts';
import type { LedgerState, Lot, RealisedRecord } from './state.ts';

/**
 * One lot from the execution that opened it to the one that closed its last unit. Amounts carry no sign but the P&L; units are those of
 * their time: what a split changed is counted as it was when it was closed.
 */
export interface LotLife {
  /** Id of the execution that opened it. A spin-off leaves the same id in two instruments. */
  readonly id: string;
  readonly instrumentId: string;
  readonly side: 'long' | 'short';
  readonly openTsMs: number;
  /** When its last unit was closed; null while any is open. */
  readonly closeTsMs: number | null;
  /** Units closed and open. */
  readonly qty: Fraction;
  readonly openQty: Fraction;
  /** What all its units cost with fees; of a short lot, what opening it brought in. */
  readonly basis: Fraction;
  /** The part of `basis` that is still open. */
  readonly openBasis: Fraction;
  readonly realised: Fraction;
  /** In the order in which they took from it. */
  readonly closings: readonly RealisedRecord[];
}

/**
 * The single lots behind the sums of a state, in order of opening, then of id and instrument. Their `realised` add up to that of the
 * state and their `openQty` to its positions, exactly. With `avg` the basis of a closing is that of the pool, so that of a lot is not.
 */
export function lotLives(state: LedgerState): readonly LotLife[] {
  const closed = Map.groupBy(state.realisedRecords, (record) => keyOf(record.lotId, record));
  const lives: LotLife[] = [];
  for (const [instrumentId, { lots }] of state.positions) {
    for (const lot of lots) {
      const { id, openTsMs } = lot;
      const key = keyOf(id, { instrumentId });
      const side = sign(lot.qty) > 0 ? 'long' : 'short';
      lives.push(lifeOf({ id, instrumentId, side, openTsMs }, lot, closed.get(key) ?? []));
      closed.delete(key);
    }
  }
  for (const records of closed.values()) {
    const [first] = records;
    if (!first) continue;
    const { lotId: id, instrumentId, side, openTsMs } = first;
    lives.push(lifeOf({ id, instrumentId, side, openTsMs }, nothing, records));
  }
  return lives.sort(
    (a, b) =>
      a.openTsMs - b.openTsMs ||
      compareIds(a.id, b.id) ||
      compareIds(a.instrumentId, b.instrumentId),
  );
}

const nothing = { qty: ZERO, cost: ZERO };

function keyOf(lotId: string, { instrumentId }: { readonly instrumentId: string }): string {
  return JSON.stringify([lotId, instrumentId]);
}

/** @param open what is left of it */
function lifeOf(
  lot: Pick<LotLife, 'id' | 'instrumentId' | 'side' | 'openTsMs'>,
  open: Pick<Lot, 'qty' | 'cost'>,
  closings: readonly RealisedRecord[],
): LotLife {
  const openQty = abs(open.qty);
  // A short lot's cost is what it brought in, negated (L2); with great fees that may be less than nothing.
  const openBasis = lot.side === 'long' ? open.cost : neg(open.cost);
  const sum = (start: Fraction, pick: (record: RealisedRecord) => Fraction): Fraction =>
    closings.reduce((total, record) => add(total, pick(record)), start);
  return {
    ...lot,
    closeTsMs: isZero(openQty) ? (closings.at(-1)?.closeTsMs ?? null) : null,
    qty: sum(openQty, ({ qty }) => qty),
    openQty,
    basis: sum(openBasis, ({ basis }) => basis),
    openBasis,
    realised: sum(ZERO, ({ pnl }) => pnl),
    closings,
  };
}
