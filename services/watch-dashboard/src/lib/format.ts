import { formatE18, parseE18 } from '@groundswell/domain';

/**
 * Shown numbers (dashboard.md 7). Decimals go from their text to the formatter as text: `Intl` formats decimal strings exactly,
 * so no digit passes through a double (D4). Null is "—" everywhere; why is said beside it.
 */
export const NOTHING = '—';
const MINUS = '\u2212';
const THIN_SPACE = '\u2009';

export interface DecimalStyle {
  /** Fraction digits shown; rounds half-even as the ledger does. */
  readonly decimals: number;
  /** Always with a sign, but zero has none. @default false */
  readonly signed?: boolean;
  /** BCP 47. @default the browser's */
  readonly locale?: string | undefined;
}

const formatters = new Map<string, Intl.NumberFormat>();

function formatterOf({ decimals, signed = false, locale }: DecimalStyle): Intl.NumberFormat {
  const key = `${locale ?? ''}|${String(decimals)}|${String(signed)}`;
  let formatter = formatters.get(key);
  if (formatter === undefined) {
    formatter = new Intl.NumberFormat(locale, {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
      roundingMode: 'halfEven',
      signDisplay: signed ? 'exceptZero' : 'negative',
    });
    formatters.set(key, formatter);
  }
  return formatter;
}

/** Decimal text as people read it: `-1234.5` -> `−1,234.50`. */
export function formatDecimal(text: string | null | undefined, style: DecimalStyle): string {
  if (text === null || text === undefined) return NOTHING;
  const canonical = formatE18(parseE18(text)) as `${number}`;
  return formatterOf(style).format(canonical).replace('-', MINUS);
}

/** A statistic (a double by nature); never money. */
export function formatNumber(value: number | null | undefined, style: DecimalStyle): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOTHING;
  return formatterOf(style).format(value).replace('-', MINUS);
}

/** Counts are shown in full. */
export function formatCount(count: number | null | undefined, locale?: string): string {
  return formatNumber(count, { decimals: 0, locale });
}

/** Signed, two decimals, thin space: `+1.29 %`. @param percent decimal text */
export function formatPercent(percent: string | null, locale?: string): string {
  const text = formatDecimal(percent, { decimals: 2, signed: true, locale });
  return text === NOTHING ? text : `${text}${THIN_SPACE}%`;
}

export function formatShare(ratio: number, locale?: string): string {
  return `${formatNumber(Math.round(ratio * 100), { decimals: 0, locale })}${THIN_SPACE}%`;
}

/** Exact change from `from` to `to` in percent as decimal text; null without both or from 0 (C12). */
export function percentChange(from: string | null, to: string | null): string | null {
  if (from === null || to === null) return null;
  const fromE18 = parseE18(from);
  if (fromE18 === 0n) return null;
  const changeE18 = parseE18(to) - fromE18;
  const magnitude = fromE18 < 0n ? -fromE18 : fromE18;
  return formatE18((changeE18 * 100n * 10n ** 18n) / magnitude);
}

/** Exact difference as decimal text. */
export function difference(a: string, b: string): string {
  return formatE18(parseE18(a) - parseE18(b));
}

/** -1, 0 or 1 of decimal text. */
export function signOf(text: string | null): -1 | 0 | 1 {
  if (text === null) return 0;
  const valueE18 = parseE18(text);
  return valueE18 > 0n ? 1 : valueE18 < 0n ? -1 : 0;
}

/**
 * Fraction digits for an instrument's prices: as many as the finest of the given texts needs. The wire drops trailing zeros, so
 * one text alone does not tell the tick.
 */
export function priceDecimals(texts: Iterable<string | null>, least = 2): number {
  let decimals = least;
  for (const text of texts) {
    const point = text?.indexOf('.') ?? -1;
    if (text !== null && point >= 0) decimals = Math.max(decimals, text.length - point - 1);
  }
  return Math.min(decimals, 10);
}

/** Index of the first character that differs; the length of `next` when none does, 0 when the length changed. */
export function firstChanged(previous: string, next: string): number {
  if (previous.length !== next.length) return 0;
  let index = 0;
  while (index < next.length && previous[index] === next[index]) index += 1;
  return index;
}

/** A difference that must be 0, with the ledger's 8 decimals, or with all digits when it is not. */
export function trimmedZero(text: string): string {
  return signOf(text) === 0
    ? formatDecimal('0', { decimals: 8 })
    : formatDecimal(text, { decimals: 18 });
}
