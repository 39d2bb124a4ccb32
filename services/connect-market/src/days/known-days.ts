import type { Positions } from '@groundswell/connector';

/** Days of one product that were published: [first, next), as days since 1970-01-01. */
export interface KnownDays {
  readonly first: number;
  readonly next: number;
}

export interface DayRange {
  readonly first: number;
  readonly last: number;
}

/** A day that its venue still has no row for after so many days had no trade. */
const SETTLED_AFTER_DAYS = 7;

/**
 * What to ask for, in this order, at most `maxDays` a page: all from the known days to yesterday, oldest first, however long nobody asked;
 * then what is missing of the `pastDays` before `today`, newest first. So after every page the known days are without a hole.
 */
export function pagesOf(
  known: KnownDays | null,
  today: number,
  pastDays: number,
  maxDays: number,
): readonly DayRange[] {
  const newer = known === null ? [] : cut(known.next, today - 1, maxDays);
  const older = cut(today - pastDays, (known?.first ?? today) - 1, maxDays);
  return [...newer, ...older.toReversed()];
}

/** [first, last] in pages; none where it is empty. */
function cut(first: number, last: number, maxDays: number): readonly DayRange[] {
  const pages: DayRange[] = [];
  for (let at = first; at <= last; at += maxDays)
    pages.push({ first: at, last: Math.min(last, at + maxDays - 1) });
  return pages;
}

/** What is known after a page of {@link pagesOf}. @param newest newest day that came of it; null: none did */
export function learnDays(
  known: KnownDays | null,
  { first, last }: DayRange,
  newest: number | null,
  today: number,
): KnownDays {
  const settled = Math.min(last + 1, today - SETTLED_AFTER_DAYS);
  const next = Math.max(first, settled, (newest ?? -Infinity) + 1);
  return known === null
    ? { first, next }
    : { first: Math.min(known.first, first), next: Math.max(known.next, next) };
}

/** As a cursor: the next day of a product under its name, and the first one beside it. */
export function knownDaysOf(positions: Positions, product: string): KnownDays | null {
  const next = positions[product];
  const first = positions[firstKey(product)];
  return next === undefined || first === undefined ? null : { first, next };
}

export function positionsOf(product: string, { first, next }: KnownDays): Positions {
  return { [product]: next, [firstKey(product)]: first };
}

const firstKey = (product: string): string => `${product}/first`;
