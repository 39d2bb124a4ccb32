/** Local days of a time zone on Intl (C8): a day is [local midnight, next local midnight), 23 to 25 hours long. */

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  let found = formatters.get(zone);
  if (!found) {
    found = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(zone, found);
  }
  return found;
}

function wallClockMs(tsMs: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const part of formatter(zone).formatToParts(tsMs)) parts[part.type] = Number(part.value);
  const {
    year = 0,
    month = 1,
    day = 1,
    hour = 0,
    minute = 0,
    second = 0,
  } = parts as Partial<Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>>;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((tsMs % 1000) + 1000) % 1000);
}

/** Offset of the zone at an instant: local wall clock minus UTC, in ms. */
export function zoneOffsetMs(tsMs: number, zone: string): number {
  return wallClockMs(tsMs, zone) - tsMs;
}

/** The instant at which the zone's wall clock shows `wallMs` (read as UTC); of two, the earlier. */
export function wallToUtcMs(wallMs: number, zone: string): number {
  const candidates = [-86_400_000, 86_400_000]
    .map((shift) => wallMs - zoneOffsetMs(wallMs + shift, zone))
    .filter((tsMs) => wallClockMs(tsMs, zone) === wallMs);
  if (candidates.length > 0) return Math.min(...candidates);
  // The wall clock never shows this time (spring forward): the first instant after the jump.
  return wallMs - zoneOffsetMs(wallMs - 86_400_000, zone);
}

/** Local date as `YYYY-MM-DD`. */
export function localDateOf(tsMs: number, zone: string): string {
  return new Date(wallClockMs(tsMs, zone)).toISOString().slice(0, 10);
}

/** Local midnight at or before `tsMs`, as an instant. */
export function localDayStartMs(tsMs: number, zone: string): number {
  const wall = wallClockMs(tsMs, zone);
  return wallToUtcMs(wall - (((wall % 86_400_000) + 86_400_000) % 86_400_000), zone);
}

/** Next local midnight after `tsMs`, as an instant. */
export function localDayEndMs(tsMs: number, zone: string): number {
  const wall = wallClockMs(tsMs, zone);
  return wallToUtcMs(wall - (((wall % 86_400_000) + 86_400_000) % 86_400_000) + 86_400_000, zone);
}
