import { clockText, dayText, type Zone } from '../../lib/time.ts';

export interface TimeTick {
  readonly atMs: number;
  readonly label: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const steps = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 4, 7, 14].map((n) => n * DAY),
];
const monthSteps = [1, 2, 3, 6, 12, 24, 60];

/**
 * At most `most` ticks of [fromMs, toMs] at round instants: minutes and hours of the epoch, days, beginnings of months.
 * Labels name what changes at that distance: clock, day, month, year.
 */
export function timeTicks(
  fromMs: number,
  toMs: number,
  most: number,
  zone: Zone,
): readonly TimeTick[] {
  const span = toMs - fromMs;
  if (!(span > 0) || most < 1) return [];
  const step = steps.find((size) => span / size <= most);
  if (step === undefined) return monthTicks(fromMs, toMs, most);
  const first = Math.ceil(fromMs / step) * step;
  return Array.from({ length: Math.floor((toMs - first) / step) + 1 }, (_, index) => {
    const atMs = first + index * step;
    return { atMs, label: step < DAY ? clockText(atMs, zone, false) : dayText(atMs, zone) };
  });
}

function monthTicks(fromMs: number, toMs: number, most: number): readonly TimeTick[] {
  const months = (toMs - fromMs) / (30.44 * DAY);
  const step = monthSteps.find((size) => months / size <= most) ?? 120;
  const from = new Date(fromMs);
  const firstMonth = Math.ceil((from.getUTCFullYear() * 12 + from.getUTCMonth() + 1) / step) * step;
  const ticks: TimeTick[] = [];
  for (let month = firstMonth; ticks.length <= most; month += step) {
    const atMs = Date.UTC(Math.floor(month / 12), month % 12);
    if (atMs > toMs) break;
    ticks.push({ atMs, label: monthText(atMs, step) });
  }
  return ticks;
}

function monthText(atMs: number, step: number): string {
  const date = new Date(atMs);
  if (step >= 12 || date.getUTCMonth() === 0) return String(date.getUTCFullYear());
  return new Intl.DateTimeFormat('en-US', { month: 'short', timeZone: 'UTC' }).format(atMs);
}
