import { InvariantError } from '@groundswell/domain';
import type { Print } from './print.ts';

/**
 * What a range of window sizes counts for one trade. Almost every trade counts everywhere, as it came: a *plain* print.
 * A version is the exception: accepted by some sizes only, corrected, or cancelled. Sizes are named by their *level*, the
 * index in `sizesMs`; as windows nest and larger ones close later, every rule holds from some level upward (W3, W8).
 */
export interface Version {
  readonly print: Print;
  /** Levels that count it: [fromLevel, toLevel); empty for the tombstone of a cancelled trade. */
  readonly fromLevel: number;
  readonly toLevel: number;
  /** The CORRECT that made it; null: the trade itself. */
  readonly correctionId: string | null;
  /** Was the trade cancelled (C14: terminal)? */
  readonly cancelled: boolean;
}

const PRICE_OK = 1;
const VOL_OK = 2;
const VERSION = 4;
const CORRECTED = 8;
const CANCELLED = 16;

/**
 * One line per record: `flags micros seq price size [from to [length correctionId]] length id`. `micros` count from the pane's
 * start. Ids carry their length, so they may hold any character.
 */
export function encodePrint(print: Print, paneStartUs: number): string {
  return line(print, paneStartUs, 0, '');
}

export function encodeVersion(version: Version, paneStartUs: number): string {
  const { correctionId } = version;
  const flags =
    VERSION + (correctionId === null ? 0 : CORRECTED) + (version.cancelled ? CANCELLED : 0);
  const correction = correctionId === null ? '' : `${lengthPrefixed(correctionId)} `;
  const range = `${version.fromLevel} ${version.toLevel} ${correction}`;
  return line(version.print, paneStartUs, flags, range);
}

/** How the line of a record with this id ends: a quick filter; only decoding is certain. */
export function lineEnd(id: string): string {
  return ` ${lengthPrefixed(id)}\n`;
}

function line(print: Print, paneStartUs: number, flags: number, extra: string): string {
  const all = flags + (print.priceOk ? PRICE_OK : 0) + (print.volOk ? VOL_OK : 0);
  const seq = print.seq ?? '';
  const price = encodeE18(print.priceE18);
  const size = encodeE18(print.sizeE18);
  return `${all} ${print.tsUs - paneStartUs} ${seq} ${price} ${size} ${extra}${lengthPrefixed(print.id)}\n`;
}

function lengthPrefixed(id: string): string {
  return `${id.length} ${id}`;
}

/** Decimal digits with trailing zeros counted instead of written: `6500012e16`. */
function encodeE18(valueE18: bigint): string {
  const digits = valueE18.toString();
  let end = digits.length;
  while (end > 1 && digits.charCodeAt(end - 1) === 48) end -= 1;
  return end === digits.length ? digits : `${digits.slice(0, end)}e${digits.length - end}`;
}

function decodeE18(text: string): bigint {
  const e = text.indexOf('e');
  return e < 0 ? BigInt(text) : BigInt(text.slice(0, e)) * 10n ** BigInt(text.slice(e + 1));
}

/** @throws InvariantError when the text was not written by this codec */
export function decodeRecords(
  text: string,
  paneStartUs: number,
): { readonly prints: Print[]; readonly versions: Version[] } {
  const prints: Print[] = [];
  const versions: Version[] = [];
  let at = 0;
  const field = (): string => {
    const end = text.indexOf(' ', at);
    if (end < 0) throw new InvariantError('a pane of trades is cut short', { at });
    const value = text.slice(at, end);
    at = end + 1;
    return value;
  };
  const prefixed = (): string => {
    const length = Number(field());
    at += length + 1; // and the space or line end behind it
    return text.slice(at - length - 1, at - 1);
  };
  while (at < text.length) {
    const flags = Number(field());
    const tsUs = paneStartUs + Number(field());
    const seq = field();
    const priceE18 = decodeE18(field());
    const sizeE18 = decodeE18(field());
    const isVersion = (flags & VERSION) !== 0;
    const fromLevel = isVersion ? Number(field()) : 0;
    const toLevel = isVersion ? Number(field()) : 0;
    const correctionId = (flags & CORRECTED) === 0 ? null : prefixed();
    const print: Print = {
      id: prefixed(),
      tsMs: Math.floor(tsUs / 1000),
      tsUs,
      seq: seq === '' ? null : Number(seq),
      priceE18,
      sizeE18,
      priceOk: (flags & PRICE_OK) !== 0,
      volOk: (flags & VOL_OK) !== 0,
    };
    if (!isVersion) prints.push(print);
    else {
      const cancelled = (flags & CANCELLED) !== 0;
      versions.push({ print, fromLevel, toLevel, correctionId, cancelled });
    }
  }
  return { prints, versions };
}
