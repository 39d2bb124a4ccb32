import { InvariantError } from '@groundswell/domain';

/** Element types that travel in Postgres's binary form, by their object ids (pg_type). */
const OIDS = { bytea: 17, bigint: 20, text: 25, jsonb: 3802 } as const;
export type ElementType = keyof typeof OIDS;
export type Element = string | number | bigint | Uint8Array | null;

const CAST = /\$(\d+)::(text|bytea|bigint|jsonb)\[\]/g;
const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const JSONB_VERSION = 1;
const TWO_32 = 2 ** 32;
const WHOLE = /^-?\d{1,19}$/;
/** What is kept between calls; a larger array gets a buffer of its own. */
const KEPT_BYTES = 1_048_576;

const typesOf = new Map<string, ReadonlyMap<number, ElementType>>();

/** Element types of the arrays that a statement casts (`$3::text[]`), by the parameter's index from 0. Texts of statements are few. */
export function arrayTypesOf(statement: string): ReadonlyMap<number, ElementType> {
  let types = typesOf.get(statement);
  if (types === undefined) {
    const casts = [...statement.matchAll(CAST)];
    types = new Map(casts.map(([, index, type]) => [Number(index) - 1, type as ElementType]));
    typesOf.set(statement, types);
  }
  return types;
}

let scratch = Buffer.allocUnsafe(65_536);
let view = new DataView(scratch.buffer, scratch.byteOffset);
let end = 0;

/**
 * A one-dimensional array as Postgres's `array_recv` reads it. A literal costs more: each text is joined, looked through
 * for quotes, measured, copied twice and parsed again at the other end; bytes double in hex.
 * @throws InvariantError for an element that is not of the type, or a bigint that is not exact
 */
export function encodeArray(type: ElementType, items: readonly Element[]): Buffer {
  end = 0;
  reserve(HEADER_BYTES);
  view.setInt32(0, items.length === 0 ? 0 : 1);
  view.setInt32(4, items.includes(null) ? 1 : 0);
  view.setInt32(8, OIDS[type]);
  end = 12;
  if (items.length > 0) {
    view.setInt32(12, items.length);
    view.setInt32(16, 1);
    end = HEADER_BYTES;
  }
  for (const item of items) {
    if (item === null) writeLength(-1);
    else if (type === 'text') writeText(item, type, 0);
    else if (type === 'jsonb') writeText(item, type, 1);
    else if (type === 'bigint') writeBigint(item);
    else writeBytes(item);
  }
  const encoded = Buffer.from(scratch.subarray(0, end));
  if (scratch.length > KEPT_BYTES) grow(65_536, 0);
  return encoded;
}

function writeLength(length: number): void {
  reserve(LENGTH_BYTES);
  view.setInt32(end, length);
  end += LENGTH_BYTES;
}

function writeText(item: Element, type: ElementType, versionBytes: number): void {
  if (typeof item !== 'string') throw wrongElement(type);
  reserve(LENGTH_BYTES + versionBytes + 3 * item.length);
  if (versionBytes > 0) scratch[end + LENGTH_BYTES] = JSONB_VERSION;
  const at = end + LENGTH_BYTES + versionBytes;
  let index = 0;
  for (; index < item.length; index += 1) {
    const code = item.charCodeAt(index);
    if (code >= 0x80) break;
    scratch[at + index] = code;
  }
  const length = index === item.length ? index : scratch.write(item, at, 'utf8');
  view.setInt32(end, versionBytes + length);
  end = at + length;
}

function writeBytes(item: Element): void {
  if (!(item instanceof Uint8Array)) throw wrongElement('bytea');
  reserve(LENGTH_BYTES + item.length);
  writeLength(item.length);
  scratch.set(item, end);
  end += item.length;
}

function writeBigint(item: Element): void {
  reserve(LENGTH_BYTES + 8);
  writeLength(8);
  if (typeof item === 'number' && Number.isSafeInteger(item)) {
    view.setInt32(end, Math.floor(item / TWO_32));
    view.setUint32(end + 4, item >>> 0);
  } else if (typeof item === 'bigint' && BigInt.asIntN(64, item) === item) {
    view.setBigInt64(end, item);
  } else if (typeof item === 'string' && WHOLE.test(item)) {
    // As pg gives them: bigints that came out of Postgres go back as texts.
    view.setBigInt64(end, BigInt(item));
  } else throw wrongElement('bigint');
  end += 8;
}

function reserve(bytes: number): void {
  if (end + bytes > scratch.length) grow(2 * (end + bytes), end);
}

function grow(bytes: number, kept: number): void {
  const larger = Buffer.allocUnsafe(bytes);
  scratch.copy(larger, 0, 0, kept);
  scratch = larger;
  view = new DataView(scratch.buffer, scratch.byteOffset);
}

function wrongElement(type: ElementType): InvariantError {
  return new InvariantError('an array holds an element of another type', { type });
}
