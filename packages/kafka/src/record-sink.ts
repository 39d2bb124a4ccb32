import type { Message, Producer } from 'kafkajs';
import { InvariantError } from '@groundswell/domain';
import type { OutgoingRecord, RecordSink } from '@groundswell/stream';
import type { KafkaClient } from './client.ts';
import { fromKafkaError } from './convert-error.ts';
import { readPartitionCounts } from './log-reader.ts';
import { partitionOf } from './murmur2.ts';
import { SendQueue } from './send-queue.ts';

export interface RecordSinkOptions {
  /** Partition counts by physical topic, where they are known; others are asked from the cluster once. */
  readonly partitionCounts?: Readonly<Record<string, number>>;
}

/** kafkajs copies its array per record (tulios/kafkajs#1576), so a request stays below the knee of that curve (PF17). */
const MAX_RECORDS = 500;
/** Below the smallest `max.message.bytes` of the catalogue with room for the batch header. */
const MAX_BYTES = 900_000;
const RECORD_OVERHEAD_BYTES = 40;

/**
 * A producer that loses nothing that it acknowledged (H1, H2): explicit partitions, one partition per request, one request at a time
 * per partition, acks of all in-sync replicas, no idempotence (kafkajs's hides losses after a rejected send; `event_id` makes
 * doubles harmless). A failed call fails the calls that wait behind it on its partition, so a caller that repeats them keeps the order.
 */
export function createRecordSink(client: KafkaClient, options: RecordSinkOptions = {}): RecordSink {
  const producer = client.instance().producer({
    idempotent: false,
    allowAutoTopicCreation: false,
    createPartitioner: () => explicitPartition,
  });
  const counts = new Map(Object.entries(options.partitionCounts ?? {}));
  const queues = new Map<string, SendQueue>();
  const connect = connectOnce(producer);
  let stopped: Promise<void> | null = null;

  const post = async (topic: string, partition: number, records: readonly OutgoingRecord[]) => {
    try {
      await connect();
      for (const messages of requests(partition, records)) {
        await producer.send({ topic, acks: -1, messages });
      }
    } catch (thrown) {
      throw fromKafkaError(thrown, `send to ${topic}`);
    }
  };

  const stop = async (): Promise<void> => {
    disown();
    await Promise.all([...queues.values()].map((queue) => queue.idle()));
    await producer.disconnect();
  };
  const sink: RecordSink = {
    send: async (topic, partition, records) => {
      if (stopped !== null) throw new InvariantError('the record sink is stopped');
      if (records.length === 0) return;
      const key = `${topic}/${partition}`;
      const queue = queues.get(key) ?? new SendQueue();
      queues.set(key, queue);
      await queue.run(() => post(topic, partition, records));
    },
    partitionFor: async (topic, key) => {
      let count = counts.get(topic);
      if (count === undefined) {
        count = (await readPartitionCounts(client, [topic])).get(topic) ?? 1;
        counts.set(topic, count);
      }
      return partitionOf(key, count);
    },
    stop: () => (stopped ??= stop()),
  };
  const disown = client.own(() => sink.stop());
  return sink;
}

function explicitPartition({ message }: { message: Message }): number {
  if (message.partition === undefined) throw new InvariantError('a record without a partition');
  return message.partition;
}

/** Cut in order: at most 500 records and about 900 kB each; a larger record goes alone. */
function* requests(
  partition: number,
  records: readonly OutgoingRecord[],
): Generator<Message[], void> {
  let messages: Message[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = sizeOf(record);
    if (messages.length > 0 && (messages.length === MAX_RECORDS || bytes + size > MAX_BYTES)) {
      yield messages;
      messages = [];
      bytes = 0;
    }
    messages.push({
      partition,
      key: toBuffer(record.key),
      value: toBuffer(record.value),
      headers: toKafkaHeaders(record.headers),
    });
    bytes += size;
  }
  yield messages;
}

/** Bytes of a record in a request, headers estimated. */
export function sizeOf(record: OutgoingRecord): number {
  let size = (record.key?.length ?? 0) + (record.value?.length ?? 0) + RECORD_OVERHEAD_BYTES;
  for (const name in record.headers) size += name.length + (record.headers[name]?.length ?? 0);
  return size;
}

function toBuffer(bytes: Uint8Array | null): Buffer | null {
  if (bytes === null || Buffer.isBuffer(bytes)) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function toKafkaHeaders(headers: OutgoingRecord['headers']): Record<string, Buffer | string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : (toBuffer(value) ?? ''),
    ]),
  );
}

/** Connects with the first send; a failed attempt is made again with the next. */
function connectOnce(producer: Producer): () => Promise<void> {
  let connected: Promise<void> | undefined;
  return () =>
    (connected ??= producer.connect().catch((thrown: unknown) => {
      connected = undefined;
      throw thrown;
    }));
}
