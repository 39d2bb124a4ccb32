import { compareIds, type LedgerEvent } from './event.ts';

/** The event as the fold sees it (C14): null if it is cancelled, else with its corrections applied in their own order. */
export function effectiveEvent(
  original: LedgerEvent,
  corrections: readonly LedgerEvent[],
): LedgerEvent | null {
  if (corrections.some((correction) => correction.type === 'CANCEL')) return null;
  return [...corrections]
    .sort(compareCorrections)
    .reduce((event, correction) => ({ ...event, ...correction.set }), original);
}

function compareCorrections(a: LedgerEvent, b: LedgerEvent): number {
  return a.tsMs - b.tsMs || (a.seq ?? 0) - (b.seq ?? 0) || compareIds(a.id, b.id);
}
