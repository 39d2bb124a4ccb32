import { BadTimeError } from './errors.ts';

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s*(Z|[+-]\d\d:?\d\d)$/;

/** An instant as epoch microseconds plus what nanosecond sources add (E2). */
export interface Instant {
  readonly us: number;
  /** 0..999, or null where the source is not finer than a microsecond. */
  readonly nanosRem: number | null;
}

/**
 * Parse ISO 8601 with a zone. The fraction is read as text because `Date` drops what is below a millisecond (E2).
 * @throws BadTimeError
 */
export function parseIsoUs(text: string): Instant {
  const match = ISO.exec(text);
  if (!match) throw new BadTimeError(text);
  const [, year, month, day, hour, minute, second, fractionText = '', zone = 'Z'] = match;
  const wallMs = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  // Date.UTC rolls 31 February over to March; such a text names no instant.
  const back = new Date(wallMs);
  if (back.getUTCDate() !== Number(day) || back.getUTCMonth() !== Number(month) - 1) {
    throw new BadTimeError(text);
  }
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) throw new BadTimeError(text);
  const digits = fractionText.padEnd(9, '0');
  const micros = Number(digits.slice(0, 6));
  const nanosRem = fractionText.length > 6 ? Number(digits.slice(6)) : null;
  return { us: (wallMs - offsetMs(zone)) * 1000 + micros, nanosRem };
}

function offsetMs(zone: string): number {
  if (zone === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.slice(1).replace(':', '');
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
}

/** Texts of the seconds formatted last: records of one batch share a few of them. */
const secondTexts = new Map<number, string>();
const MAX_SECOND_TEXTS = 1024;

/** `2026-11-21T14:32:05.123456Z`; always six fraction digits. */
export function formatIsoUs(us: number): string {
  const second = Math.floor(us / 1_000_000);
  let text = secondTexts.get(second);
  if (text === undefined) {
    text = new Date(second * 1000).toISOString().slice(0, -4);
    if (secondTexts.size >= MAX_SECOND_TEXTS) secondTexts.clear();
    secondTexts.set(second, text);
  }
  return `${text}${(us - second * 1_000_000).toString().padStart(6, '0')}Z`;
}

/** Whole milliseconds, rounded towards the past (C1: `ts` = floor of the micros). */
export function usToMs(us: number): number {
  return Math.floor(us / 1000);
}
