import { NOTHING } from './format.ts';

/** Times as people read them. All arguments are epoch milliseconds. */
export type Zone = 'UTC' | 'local';

/** `<1 s`, `12 s`, `4 m`, `3 h`, `2 d`. A little in the future (clocks differ) counts as now. */
export function ageText(ageMs: number | null): string {
  if (ageMs === null || !Number.isFinite(ageMs)) return NOTHING;
  const seconds = Math.floor(ageMs / 1000);
  if (seconds < 1) return '<1 s';
  if (seconds < 60) return `${String(seconds)} s`;
  if (seconds < 3600) return `${String(Math.floor(seconds / 60))} m`;
  if (seconds < 86_400) return `${String(Math.floor(seconds / 3600))} h`;
  return `${String(Math.floor(seconds / 86_400))} d`;
}

/** A duration with one decimal below ten seconds: `0.1 s`, `41 s`, `2 m`. */
export function lagText(lagMs: number | null): string {
  if (lagMs === null) return NOTHING;
  const magnitudeMs = Math.abs(lagMs);
  if (magnitudeMs >= 9950) return ageText(magnitudeMs);
  const seconds = (Math.round(lagMs / 100) / 10).toFixed(1);
  return `${seconds === '-0.0' ? '0.0' : seconds.replace('-', '\u2212')} s`;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** `14:32:05`, 24 hours. */
export function clockText(timeMs: number, zone: Zone, withSeconds = true): string {
  const key = `${zone}|${String(withSeconds)}`;
  let clock = clocks.get(key);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-GB', {
      hour: '2-digit',
      minute: '2-digit',
      ...(withSeconds ? { second: '2-digit' } : {}),
      hourCycle: 'h23',
      ...(zone === 'UTC' ? { timeZone: 'UTC' } : {}),
    });
    clocks.set(key, clock);
  }
  return clock.format(timeMs);
}

/** `14:30–14:31` of a window; seconds only where the window needs them. */
export function spanText(startMs: number, endMs: number, zone: Zone): string {
  const withSeconds = endMs - startMs < 60_000;
  return `${clockText(startMs, zone, withSeconds)}–${clockText(endMs, zone, withSeconds)}`;
}

export function dayText(timeMs: number, zone: Zone): string {
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(zone === 'UTC' ? { timeZone: 'UTC' } : {}),
  }).format(timeMs);
}

/** `1 s`, `1 min`, `5 min`, `1 h` of a window size. */
export function sizeText(sizeMs: number): string {
  if (sizeMs < 60_000) return `${String(sizeMs / 1000)} s`;
  return sizeMs < 3_600_000 ? `${String(sizeMs / 60_000)} min` : `${String(sizeMs / 3_600_000)} h`;
}

/** ISO 8601 text of the wire -> epoch ms; whole milliseconds are enough for pictures and ages. */
export function isoMs(text: string): number {
  return Date.parse(text);
}
