import { randomUUID } from 'node:crypto';
import { createRecordSource, type KafkaClient } from '@groundswell/kafka';
import { inLane, laneConsumerGroup, type SocialPost } from '@groundswell/schemas';
import type { RecordCodec } from '@groundswell/stream';
import { createPostIndex, type PostIndex } from '../core/post-index.ts';
import { tidTimeUs } from '../sources/bluesky/tid.ts';

const TOPIC = 'social.post.v1';

export interface PublishedPostsOptions {
  readonly kafka: KafkaClient;
  readonly codec: RecordCodec<SocialPost>;
  readonly lane: string;
  readonly service: string;
  readonly source: string;
  readonly capacity: number;
  readonly nowUs: () => number;
}

/**
 * What we published before, read from the topic itself: it is keyed by post and compacted, so its newest record per key says what became of each post. Read once,
 * up to the end at the start of the call; complete for what the log still holds from its very first record on, else from the first record that is left.
 * @throws KafkaUnavailableError, RegistryUnavailableError
 */
export async function readPublishedPosts(options: PublishedPostsOptions): Promise<PostIndex> {
  const { codec, lane } = options;
  const topic = inLane(lane, TOPIC);
  const reader = createRecordSource(options.kafka, {
    // No positions are kept and every start reads all of it: a group of its own for each.
    groupId: `${laneConsumerGroup(lane, options.service)}.${randomUUID().slice(0, 8)}`,
    keyedTopics: [topic],
    broadcastTopics: [],
  });
  const ranges = await reader.logRanges(topic);
  const posts: { key: string; post: SocialPost }[] = [];
  /** Of partitions that lost their beginning: the time of the first record left, now while it is unknown. */
  const beginnings = new Map<number, number>();
  for (const [partition, { startOffset }] of ranges) {
    if (startOffset > 0n) beginnings.set(partition, options.nowUs());
  }
  const unread = new Map([...ranges].filter(([, range]) => range.endOffset > range.startOffset));
  const seen = new Set<number>();

  if (unread.size > 0) {
    await new Promise<void>((resolve, reject) => {
      const started = reader.start({
        onAssigned(partitions) {
          for (const partition of partitions) {
            const from = unread.get(partition)?.startOffset ?? ranges.get(partition)?.endOffset;
            reader.seek({ topic, partition }, from ?? 0n);
          }
        },
        onLost: () => undefined,
        async onBatch({ partition, records, endOffset }) {
          await codec.prepare(records.map(({ value }) => value));
          for (const { key, value, timestampMs } of records) {
            if (!seen.has(partition) && beginnings.has(partition)) {
              beginnings.set(partition, timestampMs * 1000);
            }
            seen.add(partition);
            posts.push({ key: Buffer.from(key ?? []).toString('utf8'), post: codec.decode(value) });
          }
          if (endOffset >= (unread.get(partition)?.endOffset ?? 0n)) unread.delete(partition);
          if (unread.size === 0) resolve();
          return endOffset;
        },
        onCrash: reject,
      });
      started.catch(reject);
    });
    await reader.stop();
  }

  const index = createPostIndex({
    capacity: options.capacity,
    completeFromUs: Math.max(-Infinity, ...beginnings.values()),
  });
  for (const { key, post } of posts) {
    if (post.source === options.source) enter(index, key, post);
  }
  return index;
}

function enter(index: PostIndex, key: string, post: SocialPost): void {
  const { eventId, authorKey, nativeRev, nativeId } = post;
  const rev = nativeRev ?? index.get(key)?.rev ?? '';
  const createdUs = tidTimeUs(nativeId.slice(nativeId.lastIndexOf('/') + 1));
  index.put(key, { rev, eventId, authorKey, gone: post.op === 'CANCEL' }, createdUs);
}
