import type { Batch, KafkaMessage } from 'kafkajs';
import type { FetchedBatch, LogRecord } from '@groundswell/stream';

type Headers = Readonly<Record<string, readonly Uint8Array[]>>;

const NO_HEADERS: Headers = {};

/** A kafkajs message behind our port. Nothing is converted before it is asked for: most readers never look at the headers. */
export class KafkaLogRecord implements LogRecord {
  readonly #message: KafkaMessage;
  #offset: bigint | undefined;
  #headers: Headers | undefined;

  constructor(message: KafkaMessage) {
    this.#message = message;
  }

  get offset(): bigint {
    return (this.#offset ??= BigInt(this.#message.offset));
  }

  get timestampMs(): number {
    return Number(this.#message.timestamp);
  }

  get key(): Uint8Array | null {
    return this.#message.key;
  }

  get value(): Uint8Array | null {
    return this.#message.value;
  }

  get headers(): Headers {
    return (this.#headers ??= normalise(this.#message.headers));
  }
}

function normalise(headers: KafkaMessage['headers']): Headers {
  if (headers === undefined) return NO_HEADERS;
  const entries = Object.entries(headers).map(([key, value]) => {
    const values = Array.isArray(value) ? value : [value];
    return [key, values.filter((one) => one !== undefined && one !== null).map(toBytes)] as const;
  });
  return entries.length === 0 ? NO_HEADERS : Object.fromEntries(entries);
}

function toBytes(value: Buffer | string): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value) : value;
}

/** The offset after `offset`. The only `+ 1` on an offset in the platform (OC2). */
export function offsetAfter(offset: string): bigint {
  return BigInt(offset) + 1n;
}

/**
 * A kafkajs batch behind our port. `fetchedOffset` is what the fetch really asked for (kafkajs keeps it on the batch, its types do
 * not tell), so a position that kafkajs moved by itself is seen (I5).
 */
export function toFetchedBatch(batch: Batch): FetchedBatch {
  const { fetchedOffset } = batch as Batch & { readonly fetchedOffset: string };
  return {
    topic: batch.topic,
    partition: batch.partition,
    fetchedOffset: BigInt(fetchedOffset),
    endOffset: offsetAfter(batch.lastOffset()),
    highWatermark: BigInt(batch.highWatermark),
    records: batch.messages.map((message) => new KafkaLogRecord(message)),
  };
}
