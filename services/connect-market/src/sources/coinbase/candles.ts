import { parseExactJson } from '@groundswell/connector';
import { parseE18 } from '@groundswell/domain';
import type { DayRefusal, DayRow, DaySource, DaysRequest } from '../day-source.ts';
import { attempt } from '../fields.ts';
import { getText, unusable } from '../rest.ts';
import type { VenueOptions } from '../venue.ts';
import { coinbaseCandles } from './limits.ts';

const DAY_SECONDS = 86_400;
/** What decimal(38, 18) can hold. */
const TOO_LARGE_E18 = 10n ** 38n;

/** Daily candles of Coinbase Exchange (M3a). */
export function createCandleSource(options: Pick<VenueOptions, 'restUrl' | 'nowMs'>): DaySource {
  return {
    maxDays: coinbaseCandles.maxDays,
    pauseMs: coinbaseCandles.pauseMs,
    fetchDays: (request) => fetchCandles(request, options),
  };
}

async function fetchCandles(
  { product, firstDay, lastDay, signal }: DaysRequest,
  { restUrl, nowMs }: Pick<VenueOptions, 'restUrl' | 'nowMs'>,
): Promise<DayRow[]> {
  const query = new URLSearchParams({
    granularity: String(DAY_SECONDS),
    start: isoOf(firstDay),
    end: isoOf(lastDay),
  });
  const url = `${restUrl}/products/${encodeURIComponent(product)}/candles?${query.toString()}`;
  const body = await getText({ url, signal, nowMs, limits: coinbaseCandles });
  const rows = attempt(() => parseExactJson(body));
  if (!Array.isArray(rows)) throw unusable('candles answer is not a list');
  const read = rows.map((row: unknown) => parseCandle(row));
  // Some candles may precede `start`, and the running day may follow `end`: nobody asked for these.
  const asked = read.filter(
    (row) => row.kind === 'refused' || (row.day.day >= firstDay && row.day.day <= lastDay),
  );
  return asked.sort((a, b) => dayOf(a) - dayOf(b));
}

/** `[time, low, high, open, close, volume]`, numbers as they stood in the answer (K13). */
export function parseCandle(row: unknown): DayRow {
  const refused = (reason: DayRefusal): DayRow => ({
    kind: 'refused',
    reason,
    text: JSON.stringify(row),
  });
  if (!Array.isArray(row) || row.length < 5) return refused('bad_day_row');
  const [time, low, high, open, close] = row as unknown[];
  const seconds = Number(time);
  if (!Number.isSafeInteger(seconds) || seconds < 0 || seconds % DAY_SECONDS !== 0)
    return refused('bad_day');
  const prices = [low, high, open, close].map(positive);
  const [lowE18, highE18, openE18, closeE18] = prices;
  if (!lowE18 || !highE18 || !openE18 || !closeE18) return refused('bad_day_price');
  if (prices.some((price) => price === null || price < lowE18 || price > highE18))
    return refused('bad_day_range');
  return { kind: 'day', day: { day: seconds / DAY_SECONDS, lowE18, highE18, closeE18 } };
}

function positive(value: unknown): bigint | null {
  const price = typeof value === 'string' ? attempt(() => parseE18(value)) : null;
  return price !== null && price > 0n && price < TOO_LARGE_E18 ? price : null;
}

const isoOf = (day: number): string => new Date(day * DAY_SECONDS * 1000).toISOString();
const dayOf = (row: DayRow): number => (row.kind === 'day' ? row.day.day : -1);
