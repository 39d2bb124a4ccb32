import { localDateOf, wallToUtcMs } from '@groundswell/domain';

const DAY_MS = 86_400_000;

/** A local date as the number of days between it and 1970-01-01, so that dates of different zones compare and subtract. */
export type DayNumber = number;

/** `YYYY-MM-DD` */
export function dateOf(day: DayNumber): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Days of one zone (C8): [local midnight, next local midnight), 23 or 25 hours long where clocks change. */
export interface LocalDays {
  readonly zone: string;
  dayOf(tsMs: number): DayNumber;
  /** First instant of the day, epoch ms; the day ends where the next one starts. */
  startMs(day: DayNumber): number;
}

/** Remembers what it was asked: `Intl` takes microseconds per question. */
export function createLocalDays(zone: string): LocalDays {
  const starts = new Map<DayNumber, number>();
  let last = { day: Number.NaN, startMs: Infinity, endMs: -Infinity };

  function startMs(day: DayNumber): number {
    let start = starts.get(day);
    if (start === undefined) starts.set(day, (start = wallToUtcMs(day * DAY_MS, zone)));
    return start;
  }

  function dayOf(tsMs: number): DayNumber {
    if (tsMs < last.startMs || tsMs >= last.endMs) {
      const day = Date.parse(localDateOf(tsMs, zone)) / DAY_MS;
      last = { day, startMs: startMs(day), endMs: startMs(day + 1) };
    }
    return last.day;
  }

  return { zone, dayOf, startMs };
}
