/** Local dates as texts `YYYY-MM-DD`, straight from `Intl`: slow and obvious. */

const formats = new Map<string, Intl.DateTimeFormat>();

export function localDate(tsMs: number, zone: string): string {
  let format = formats.get(zone);
  if (format === undefined) {
    // Swedish dates are ISO dates.
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
    formats.set(zone, format);
  }
  return format.format(tsMs);
}

/** The date that many days later. */
export function shiftDate(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Every date from the first to the last one. */
export function datesBetween(first: string, last: string): readonly string[] {
  const dates: string[] = [];
  for (let date = first; date <= last; date = shiftDate(date, 1)) dates.push(date);
  return dates;
}
