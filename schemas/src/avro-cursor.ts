import { readE18 } from '@groundswell/domain';

/** The direct ways from bytes to text; Node's types leave them out. */
interface TextBuffer extends Buffer {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
}

/** Slots of the table of known strings; a power of two. */
const SLOTS = 4096;
const WORD_BYTES = 64;
const MIN_LONG = -(2 ** 52);
const MAX_LONG = 2 ** 53 - 2;
const MAX_UNSCALED = 10n ** 38n - 1n;
const TOO_PRECISE = 'a decimal has more than 38 digits';

/**
 * Reads Avro binary in place, for the generated readers: no intermediate objects, no slices. Whatever it cannot read throws a RangeError;
 * reading beyond the end is one.
 */
export class AvroCursor {
  private buffer = Buffer.alloc(0) as Buffer as TextBuffer;
  private position = 0;
  private readonly words: (string | undefined)[] = new Array<string | undefined>(SLOTS);

  start(buffer: Buffer, position: number): void {
    this.buffer = buffer as TextBuffer;
    this.position = position;
  }

  get isAtEnd(): boolean {
    return this.position === this.buffer.length;
  }

  /** Exact in [-2^52, 2^53 - 2]: zigzag doubles the magnitude, beyond it a double is not exact and the value is refused. */
  long(): number {
    const { buffer } = this;
    let byte = buffer[this.position++] ?? fail('cut short');
    let bits = byte & 0x7f;
    let shift = 7;
    while (byte >= 0x80 && shift < 28) {
      byte = buffer[this.position++] ?? fail('cut short');
      bits |= (byte & 0x7f) << shift;
      shift += 7;
    }
    if (byte < 0x80) return (bits >> 1) ^ -(bits & 1);
    return this.wideLong(bits);
  }

  private wideLong(low: number): number {
    let value = low;
    let factor = 2 ** 28;
    let byte: number;
    do {
      byte = this.buffer[this.position++] ?? fail('cut short');
      value += (byte & 0x7f) * factor;
      factor *= 128;
    } while (byte >= 0x80 && factor < 2 ** 70);
    // The sign stands in the lowest bit, which is cheaper to look at than the remainder of a double.
    const result = ((low & 1) === 0 ? value : -(value + 1)) / 2;
    if (result < MIN_LONG || result > MAX_LONG) fail('a long is not exact');
    return result;
  }

  int(): number {
    const value = this.long();
    if (value !== (value | 0)) fail('an int has more than 32 bits');
    return value;
  }

  double(): number {
    const at = this.skip(8);
    return this.buffer.readDoubleLE(at);
  }

  boolean(): boolean {
    return this.buffer[this.skip(1)] !== 0;
  }

  /** Branch of ["null", T]. */
  isNull(): boolean {
    const branch = this.long();
    if (branch !== 0 && branch !== 1) fail('no such branch');
    return branch === 0;
  }

  symbol<T extends string>(symbols: readonly T[]): T {
    return symbols[this.long()] ?? fail('no such symbol');
  }

  string(): string {
    const length = this.long();
    const at = this.skip(length);
    const end = at + length;
    const { buffer } = this;
    for (let index = at; index < end; index += 1) {
      if ((buffer[index] ?? 0) >= 0x80) return buffer.utf8Slice(at, end);
    }
    return buffer.latin1Slice(at, end);
  }

  /** A string of few values: known ones are found again instead of made again. */
  word(): string {
    const length = this.long();
    const at = this.skip(length);
    const end = at + length;
    const { buffer, words } = this;
    let hash = length;
    let high = 0;
    for (let index = at; index < end; index += 1) {
      const byte = buffer[index] ?? 0;
      high |= byte;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    if (high >= 0x80) return buffer.utf8Slice(at, end);
    if (length > WORD_BYTES) return buffer.latin1Slice(at, end);
    const slot = (hash ^ (hash >>> 12)) & (SLOTS - 1);
    const known = words[slot];
    if (known?.length === length && equals(known, buffer, at)) return known;
    return (words[slot] = buffer.latin1Slice(at, end));
  }

  /** Decimal of scale 18. Precision 38 fits in 16 bytes; more would only cost time. */
  e18(): bigint {
    const length = this.long();
    if (length > 16) fail(TOO_PRECISE);
    const value = readE18(this.buffer, this.skip(length), length);
    if (length === 16 && (value > MAX_UNSCALED || value < -MAX_UNSCALED)) fail(TOO_PRECISE);
    return value;
  }

  bytes(): Uint8Array {
    const length = this.long();
    const at = this.skip(length);
    return Buffer.from(this.buffer.subarray(at, at + length));
  }

  array<T>(read: (cursor: AvroCursor) => T): T[] {
    const items: T[] = [];
    for (let count = this.block(); count > 0; count = this.block()) {
      for (; count > 0; count -= 1) items.push(read(this));
    }
    return items;
  }

  map<T>(read: (cursor: AvroCursor) => T): Record<string, T> {
    const entries: [string, T][] = [];
    for (let count = this.block(); count > 0; count = this.block()) {
      for (; count > 0; count -= 1) entries.push([this.word(), read(this)]);
    }
    return Object.fromEntries(entries);
  }

  /** Items of the next block; 0 ends the list. Never more than bytes are left: no item has size 0. */
  private block(): number {
    const count = this.long();
    if (count < 0) this.long();
    const items = Math.abs(count);
    if (items > this.buffer.length - this.position) fail('a block claims more items than bytes');
    return items;
  }

  /** Moves over `length` bytes. @returns where they begin */
  private skip(length: number): number {
    const at = this.position;
    if (length < 0 || length > this.buffer.length - at) fail('cut short');
    this.position = at + length;
    return at;
  }
}

function equals(text: string, bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) !== bytes[at + index]) return false;
  }
  return true;
}

function fail(message: string): never {
  throw new RangeError(message);
}
