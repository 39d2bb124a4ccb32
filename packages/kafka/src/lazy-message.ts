/** What all records of one record batch share. Offsets and times are exact numbers: the scan refuses others. */
export interface BatchContext {
  readonly buffer: Buffer;
  readonly firstOffset: number;
  readonly firstTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly isLogAppendTime: boolean;
}

/** Records of transactions are left to kafkajs. */
const NO_TRANSACTION = { producerId: '-1', inTransaction: false } as const;

/**
 * A record where it lies in the fetched bytes: positions, not values. It looks like kafkajs's message; keys, values, headers and the
 * texts of its numbers are made when asked for. A value keeps the whole fetch alive: copy what is kept (PF5).
 */
export class LazyMessage {
  readonly magicByte = 2;
  readonly isControlRecord = false;
  readonly attributes: number;
  readonly offsetNumber: number;
  readonly timestampMs: number;
  readonly #batch: BatchContext;
  readonly #keyAt: number;
  readonly #keyLength: number;
  readonly #valueAt: number;
  readonly #valueLength: number;
  #value: Buffer | undefined;

  /** Lengths of -1 mean null; the headers follow the value. */
  constructor(
    batch: BatchContext,
    attributes: number,
    offsetDelta: number,
    timestampDelta: number,
    keyAt: number,
    keyLength: number,
    valueAt: number,
    valueLength: number,
  ) {
    this.#batch = batch;
    this.attributes = attributes;
    this.offsetNumber = batch.firstOffset + offsetDelta;
    this.timestampMs = batch.isLogAppendTime
      ? batch.maxTimestampMs
      : batch.firstTimestampMs + timestampDelta;
    this.#keyAt = keyAt;
    this.#keyLength = keyLength;
    this.#valueAt = valueAt;
    this.#valueLength = valueLength;
  }

  get offset(): string {
    return String(this.offsetNumber);
  }

  get timestamp(): string {
    return String(this.timestampMs);
  }

  /** What kafkajs asks of a record when the fetch also tells of aborted transactions. */
  get batchContext(): typeof NO_TRANSACTION {
    return NO_TRANSACTION;
  }

  get key(): Buffer | null {
    const length = this.#keyLength;
    return length < 0 ? null : this.#batch.buffer.subarray(this.#keyAt, this.#keyAt + length);
  }

  get value(): Buffer | null {
    const length = this.#valueLength;
    if (length < 0) return null;
    return (this.#value ??= this.#batch.buffer.subarray(this.#valueAt, this.#valueAt + length));
  }

  /** As kafkajs gives them: a doubled key has an array. */
  get headers(): Record<string, Buffer | null | (Buffer | null)[]> {
    const headers: Record<string, Buffer | null | (Buffer | null)[]> = {};
    const reader = new VarReader(this.#batch.buffer);
    reader.at = this.#valueAt + Math.max(0, this.#valueLength);
    for (let count = reader.varint(); count > 0; count -= 1) {
      const key = reader.bytes()?.toString('utf8') ?? 'null';
      const value = reader.bytes();
      const known = Object.hasOwn(headers, key) ? headers[key] : undefined;
      const next =
        known === undefined ? value : Array.isArray(known) ? [...known, value] : [known, value];
      Object.defineProperty(headers, key, { value: next, enumerable: true, configurable: true });
    }
    return headers;
  }
}

/** Kafka's variable-length integers, in doubles. NaN: cut short or not exact; `at` is then anywhere. */
export class VarReader {
  at = 0;
  readonly #buffer: Buffer;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  varint(): number {
    const byte = this.#buffer[this.at] ?? Number.NaN;
    if (byte < 0x80) {
      this.at += 1;
      return (byte >> 1) ^ -(byte & 1);
    }
    let value = 0;
    for (let factor = 1; factor < 2 ** 52; factor *= 128) {
      const next = this.#buffer[this.at++] ?? Number.NaN;
      value += (next & 0x7f) * factor;
      if (next < 0x80) return (byte & 1) === 0 ? value / 2 : -(value + 1) / 2;
    }
    return Number.NaN;
  }

  bytes(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    this.at += length;
    return this.#buffer.subarray(this.at - length, this.at);
  }
}
