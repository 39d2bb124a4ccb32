import { dayMarks } from '@groundswell/market';
import type { Mark } from '@groundswell/schemas';
import type { RawDay } from '../sources/day-source.ts';
import type { VenueName } from '../sources/trade.ts';

const DAY_US = 86_400_000_000;

/** First instant after a day, epoch micros. */
export const endOfDayUs = (day: number): number => (day + 1) * DAY_US;

/** A day as the marks that value holdings on it, in time order. Ids name the day and nothing of the request (E1). */
export function marksOfDay(
  { feed, idPrefix }: VenueName,
  product: string,
  { day, lowE18, highE18, closeE18 }: RawDay,
  instrument: { readonly id: string; readonly currency: string },
  ingestTimeUs: number,
): readonly Mark[] {
  const date = new Date((day * DAY_US) / 1000).toISOString().slice(0, 10);
  return dayMarks({ endUs: endOfDayUs(day), lowE18, highE18, closeE18 }).map(
    ({ what, tsUs, priceE18 }) => ({
      eventId: `${idPrefix}:${product}:day:${date}:${what}`,
      op: 'CREATE',
      refEventId: null,
      source: feed,
      feed,
      eventTimeUs: tsUs,
      ingestTimeUs,
      sequence: null,
      eventTimeNanosRem: null,
      instrumentId: instrument.id,
      priceE18,
      currency: instrument.currency,
      revision: 1,
    }),
  );
}
