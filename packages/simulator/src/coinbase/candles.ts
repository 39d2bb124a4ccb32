import type { DayCandle } from '../world/day-candles.ts';
import type { WorldInstrument } from '../world/instruments.ts';

const DAY_SECONDS = 86_400;
/** Rows of one answer at most; a longer range is refused. */
const MAX_CANDLES = 300;
/** What the venue offers. Only days are made here. */
const GRANULARITIES = [60, 300, 900, 3600, 21_600, DAY_SECONDS];

/** `[time, low, high, open, close, volume]`, JSON numbers; time in epoch seconds, the beginning of the day in UTC. */
export type VenueCandle = readonly [number, number, number, number, number, number];

/** A day of the world in the venue's words. */
export function venueCandle(
  { day, low, high, open, close, units }: DayCandle,
  { tickDecimals, sizeDecimals }: WorldInstrument,
): VenueCandle {
  const price = (ticks: number): number =>
    Number((ticks / 10 ** tickDecimals).toFixed(tickDecimals));
  const volume = Number((units / 10 ** sizeDecimals).toFixed(sizeDecimals));
  return [day * DAY_SECONDS, price(low), price(high), price(open), price(close), volume];
}

/**
 * The answer to `?granularity=86400&start=&end=`: newest first, both ends inclusive, the newest 300 without a range; days on which nothing
 * was traded have no row. @param candles ascending; null while the venue cannot tell
 */
export function candlesAnswer(
  candles: readonly VenueCandle[] | null,
  query: URLSearchParams,
): { readonly status: number; readonly body: unknown } {
  if (candles === null) return refusal(503, 'ServiceUnavailable');
  const granularity = Number(query.get('granularity') ?? 60);
  if (!GRANULARITIES.includes(granularity)) return refusal(400, 'Unsupported granularity');
  if (granularity !== DAY_SECONDS) return { status: 200, body: [] };
  const [start, end] = [seconds(query.get('start')), seconds(query.get('end'))];
  if (start === null || end === null) {
    return { status: 200, body: candles.slice(-MAX_CANDLES).toReversed() };
  }
  if (Number.isNaN(start) || Number.isNaN(end)) return refusal(400, 'Invalid start or end');
  if (Math.floor((end - start) / DAY_SECONDS) + 1 > MAX_CANDLES) {
    return refusal(
      400,
      `granularity too small for the requested time range. Count of aggregations requested exceeds ${MAX_CANDLES}`,
    );
  }
  const inside = candles.filter(([time]) => time >= start && time <= end);
  return { status: 200, body: inside.toReversed() };
}

function refusal(status: number, message: string): { status: number; body: unknown } {
  return { status, body: { message } };
}

/** ISO 8601 or epoch seconds; null without one, NaN for anything else. */
function seconds(text: string | null): number | null {
  if (text === null || text === '') return null;
  return /^\d+$/.test(text) ? Number(text) : Date.parse(text) / 1000;
}
