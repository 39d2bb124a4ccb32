import { setTimeout as sleep } from 'node:timers/promises';
import {
  createMicroBatcher,
  createRecordCodec,
  createRecordSink,
  type KafkaClient,
  type RegistryClient,
  type TopicCodec,
} from '@groundswell/kafka';
import { InvariantError } from '@groundswell/domain';
import { inLane, topics, type SocialPost } from '@groundswell/schemas';
import { recordHeaders } from '@groundswell/stream';
import type { TapeHeader } from '../tape/index.ts';
import { createPostIntake } from './post-intake.ts';
import { createRecordMapper, type ReplayTopic, type TopicRecord } from './records.ts';
import type { Resolved } from './resolve.ts';

export interface PublishOptions {
  readonly kafka: KafkaClient;
  readonly registry: RegistryClient;
  readonly lane: string;
  readonly header: TapeHeader;
  readonly events: readonly Resolved[];
  /** Multiple of event time, or as fast as the broker takes it. */
  readonly speed: number | 'max';
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  readonly onPublished: (count: number) => void;
}

/** Records acknowledged per topic. */
export type PublishedCounts = Readonly<Record<ReplayTopic, number>>;

const names = [
  'market.trade.v1',
  'brokerage.transaction.v1',
  'market.mark.v1',
  'social.post.v1',
] as const satisfies readonly ReplayTopic[];

/** So many records are on their way at most: the broker sets the pace. */
const CHUNK_RECORDS = 1_000;
const LINGER_MS = 5;
/** A shorter wait is not worth a timer. */
const LEAST_SLEEP_MS = 5;

/**
 * Publish in arrival order, so that the order within a key is that of the tape; returns when all is acknowledged. A post that names no
 * instrument is published no more than it would be live.
 */
export async function publishTape(options: PublishOptions): Promise<PublishedCounts> {
  const { kafka, lane, header, events, signal, onPublished } = options;
  // Known counts: asking for them would let records of one key overtake each other.
  const partitionCounts = Object.fromEntries(
    names.map((name) => [inLane(lane, name), topics[name].partitions]),
  );
  const sink = createRecordSink(kafka, { partitionCounts });
  const batcher = createMicroBatcher(sink, { lingerMs: LINGER_MS, maxPending: CHUNK_RECORDS });
  const encode = await createEncoder(options.registry);
  const toRecord = createRecordMapper(header);
  const due = createPace(options);
  const counts = Object.fromEntries(names.map((name) => [name, 0])) as Record<ReplayTopic, number>;
  let acks: Promise<void>[] = [];
  let played = 0;
  const send = (topic: ReplayTopic, key: string, eventId: string, value: Uint8Array): void => {
    const record = { key: Buffer.from(key), value, headers: recordHeaders(eventId) };
    acks.push(batcher.add(inLane(lane, topic), record));
    counts[topic] += 1;
  };
  const takePost = createPostIntake(
    header,
    (topic, key, record) => {
      if (topic !== 'social.post.v1') throw new InvariantError('a frame that nobody can refuse');
      send(topic, key, record.eventId, encode.post(record as SocialPost));
    },
    ({ event }) => event.ingestUs ?? event.tsUs,
  );
  const settle = async (): Promise<void> => {
    await Promise.all(acks);
    acks = [];
    onPublished(played);
  };
  try {
    for (const event of events) {
      const waitMs = due(event.event.tsUs);
      if (waitMs >= LEAST_SLEEP_MS) {
        await settle();
        await sleep(waitMs, undefined, { signal });
      } else if (acks.length >= CHUNK_RECORDS) await settle();
      signal.throwIfAborted();
      if (event.topic === 'post') takePost(event);
      else {
        const made = toRecord(event);
        send(made.topic, made.key, made.record.eventId, encode.mapped(made));
      }
      played += 1;
    }
    await settle();
  } finally {
    await sink.stop();
  }
  return counts;
}

async function createEncoder(registry: RegistryClient): Promise<{
  readonly mapped: (made: TopicRecord) => Uint8Array;
  readonly post: (post: SocialPost) => Uint8Array;
}> {
  const trade = createRecordCodec(registry, 'market.trade.v1');
  const transaction = createRecordCodec(registry, 'brokerage.transaction.v1');
  const mark = createRecordCodec(registry, 'market.mark.v1');
  const post = createRecordCodec(registry, 'social.post.v1');
  for (const codec of [trade, transaction, mark, post] as readonly TopicCodec<unknown>[]) {
    await codec.ready();
  }
  return {
    post: (record) => post.encode(record),
    mapped: (made) => {
      switch (made.topic) {
        case 'market.trade.v1':
          return trade.encode(made.record);
        case 'brokerage.transaction.v1':
          return transaction.encode(made.record);
        case 'market.mark.v1':
          return mark.encode(made.record);
      }
    },
  };
}

/** How long an event must still wait, ms; an event older than one before it never does. */
function createPace({ speed, nowMs }: PublishOptions): (tsUs: number) => number {
  if (speed === 'max') return () => 0;
  let first: { readonly tsUs: number; readonly atMs: number } | undefined;
  return (tsUs) => {
    first ??= { tsUs, atMs: nowMs() };
    return first.atMs + (tsUs - first.tsUs) / 1000 / speed - nowMs();
  };
}
