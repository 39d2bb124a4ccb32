import { cmp, fractionFromE18, mul } from '@groundswell/domain';
import type { Lot } from './fold.ts';
import type { MarkArrival } from './ledger-events.ts';
import { msOf } from './order.ts';

const DAY_MS = 86_400_000;

/** Marks of each instrument by time; of one time the highest revision stands, of that the first to come (L8). */
export function standingMarks(
  marks: readonly MarkArrival[],
): ReadonlyMap<string, readonly MarkArrival[]> {
  const standing = new Map<string, Map<number, MarkArrival>>();
  for (const mark of marks) {
    const own = standing.get(mark.instrumentId) ?? new Map<number, MarkArrival>();
    standing.set(mark.instrumentId, own);
    if (mark.revision > (own.get(mark.tsUs)?.revision ?? 0)) own.set(mark.tsUs, mark);
  }
  return new Map(
    [...standing].map(([id, own]) => [id, [...own.values()].toSorted((a, b) => a.tsUs - b.tsUs)]),
  );
}

/**
 * A past UTC day as its venue sums it up. Its close stands right before the last millisecond of the day, at which a live minute may have
 * closed it: that one knows better.
 */
export function dayClose(
  instrumentId: string,
  date: string,
  prices: { readonly lowE18: bigint; readonly highE18: bigint; readonly closeE18: bigint },
): MarkArrival {
  const { lowE18, highE18, closeE18 } = prices;
  const tsUs = (Date.parse(date) + DAY_MS - 1) * 1000 - 1;
  return { instrumentId, tsUs, priceE18: closeE18, revision: 1, day: { lowE18, highE18 } };
}

/** B2: open lots that would lose money at their marks, and their mean age there. @param marks those that are believed */
export function ageOfOpenLosers(
  lots: ReadonlyMap<string, readonly Lot[]>,
  marks: ReadonlyMap<string, MarkArrival>,
): { readonly open_losers: number; readonly open_loser_days: number | null } {
  const ages = [...marks].flatMap(([id, { tsUs, priceE18 }]) =>
    (lots.get(id) ?? [])
      .filter((lot) => cmp(mul(lot.qty, fractionFromE18(priceE18)), lot.cost) < 0)
      .map(({ openMs }) => Math.max(0, msOf(tsUs) - openMs)),
  );
  const sum = ages.reduce((a, b) => a + b, 0);
  return {
    open_losers: ages.length,
    open_loser_days: ages.length === 0 ? null : sum / ages.length / DAY_MS,
  };
}
