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
const HAS_SEQ = 32;

/** Bytes of a record before its texts: flags, micros, seq, price, size, and the length of the id. */
const HEAD_BYTES = 1 + 4 + 8 + 16 + 16 + 2;
const ID_AT = HEAD_BYTES - 2;
const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();

/**
 * Records side by side in one buffer that grows: no object is kept per record. Numbers have fixed places, `micros` count from the
 * pane's start, prices and sizes are 128-bit integers. Behind the head come the id and, for a version, levels and correction id.
 */
export class RecordBytes {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 128) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  addPrint(print: Print, paneStartUs: number): void {
    this.#add(print, paneStartUs, 0);
  }

  addVersion(version: Version, paneStartUs: number): void {
    const { correctionId, cancelled } = version;
    const flags = VERSION + (correctionId === null ? 0 : CORRECTED) + (cancelled ? CANCELLED : 0);
    this.#add(version.print, paneStartUs, flags);
    this.#reserve(2);
    this.#bytes[this.#length++] = version.fromLevel;
    this.#bytes[this.#length++] = version.toLevel;
    if (correctionId !== null) this.#text(correctionId);
  }

  #add(print: Print, paneStartUs: number, kind: number): void {
    this.#reserve(HEAD_BYTES);
    const view = this.#view;
    const at = this.#length;
    view.setUint8(
      at,
      kind +
        (print.priceOk ? PRICE_OK : 0) +
        (print.volOk ? VOL_OK : 0) +
        (print.seq === null ? 0 : HAS_SEQ),
    );
    view.setUint32(at + 1, print.tsUs - paneStartUs);
    view.setFloat64(at + 5, print.seq ?? 0);
    // The low half is cut off by the write itself.
    view.setBigInt64(at + 13, print.priceE18 >> 64n);
    view.setBigInt64(at + 21, print.priceE18);
    view.setBigInt64(at + 29, print.sizeE18 >> 64n);
    view.setBigInt64(at + 37, print.sizeE18);
    this.#length = at + ID_AT;
    this.#text(print.id);
  }

  #text(text: string): void {
    this.#reserve(2 + text.length);
    const bytes = this.#bytes;
    const at = this.#length + 2;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) {
        this.#wideText(text);
        return;
      }
      bytes[at + index] = code;
    }
    this.#view.setUint16(at - 2, text.length);
    this.#length = at + text.length;
  }

  #wideText(text: string): void {
    const encoded = utf8.encode(text);
    this.#reserve(2 + encoded.length);
    this.#view.setUint16(this.#length, encoded.length);
    this.#bytes.set(encoded, this.#length + 2);
    this.#length += 2 + encoded.length;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Is there a record with this id? Looks at the ids only. Plain records only: they are their head and their id. */
export function holdsPlain(bytes: Uint8Array, id: string): boolean {
  const wanted = utf8.encode(id);
  const view = viewOf(bytes);
  for (let at = 0; at < bytes.length;) {
    const length = view.getUint16(at + ID_AT);
    const from = at + HEAD_BYTES;
    if (length === wanted.length && wanted.every((byte, index) => bytes[from + index] === byte)) {
      return true;
    }
    at = from + length;
  }
  return false;
}

/** @throws InvariantError when the bytes were not written by this codec */
export function decodeRecords(
  bytes: Uint8Array,
  paneStartUs: number,
): { readonly prints: Print[]; readonly versions: Version[] } {
  const prints: Print[] = [];
  const versions: Version[] = [];
  const view = viewOf(bytes);
  let at = 0;
  const move = (length: number): number => {
    const from = at;
    at += length;
    if (at > bytes.length) throw new InvariantError('a pane of trades is cut short', { at: from });
    return from;
  };
  const text = (): string => {
    const length = view.getUint16(move(2));
    const from = move(length);
    return fromUtf8.decode(bytes.subarray(from, from + length));
  };
  const wide = (from: number): bigint =>
    (view.getBigInt64(from) << 64n) | view.getBigUint64(from + 8);
  while (at < bytes.length) {
    const from = move(ID_AT);
    const flags = view.getUint8(from);
    const tsUs = paneStartUs + view.getUint32(from + 1);
    const print: Print = {
      id: text(),
      tsMs: Math.floor(tsUs / 1000),
      tsUs,
      seq: (flags & HAS_SEQ) === 0 ? null : view.getFloat64(from + 5),
      priceE18: wide(from + 13),
      sizeE18: wide(from + 29),
      priceOk: (flags & PRICE_OK) !== 0,
      volOk: (flags & VOL_OK) !== 0,
    };
    if ((flags & VERSION) === 0) {
      prints.push(print);
      continue;
    }
    const levels = move(2);
    versions.push({
      print,
      fromLevel: view.getUint8(levels),
      toLevel: view.getUint8(levels + 1),
      correctionId: (flags & CORRECTED) === 0 ? null : text(),
      cancelled: (flags & CANCELLED) !== 0,
    });
  }
  return { prints, versions };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
