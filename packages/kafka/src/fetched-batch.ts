import type { Batch, KafkaMessage } from 'kafkajs';
import type { FetchedBatch, LogRecord, TopicPartition } from '@groundswell/stream';
import { LazyMessage } from './lazy-message.ts';

type Headers = LogRecord['headers'];

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
    const message = this.#message;
    return (this.#offset ??= BigInt(
      message instanceof LazyMessage ? message.offsetNumber : message.offset,
    ));
  }

  get timestampMs(): number {
    const message = this.#message;
    return message instanceof LazyMessage ? message.timestampMs : Number(message.timestamp);
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
    return [key, values.filter((one) => one !== undefined).map(toBytes)] as const;
  });
  return entries.length === 0 ? NO_HEADERS : Object.fromEntries(entries);
}

/** kafkajs's types know no null, its records and ours do. */
function toBytes(value: Buffer | string | null): Uint8Array | null {
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

/** What kafkajs tells about a fetch that held only transaction markers or aborted records. */
export interface MarkersOnly extends TopicPartition {
  /** Null (against kafkajs's types) when nothing lies at or behind the fetched offset. */
  readonly firstOffset: string | null;
  readonly lastOffset: string;
  readonly highWatermark: string;
}

/** Such a fetch as a batch without records. Its first entry is where it was fetched: our topics are not compacted. */
export function markersBatch(fetch: MarkersOnly, position: bigint): FetchedBatch {
  return {
    topic: fetch.topic,
    partition: fetch.partition,
    fetchedOffset: fetch.firstOffset === null ? position : BigInt(fetch.firstOffset),
    endOffset: offsetAfter(fetch.lastOffset),
    highWatermark: BigInt(fetch.highWatermark),
    records: [],
  };
}
