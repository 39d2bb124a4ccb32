import {
  createKafkaClient,
  createRecordCodec,
  createRecordSink,
  createRegistryClient,
} from '@groundswell/kafka';
import { inLane, type SocialPost } from '@groundswell/schemas';
import { recordHeaders } from '@groundswell/stream';
import type { ServiceLane } from '@groundswell/testkit';
import { aPost } from '../support/builders.ts';

/** Publishes posts as a connector would: keyed by the post, in call order. */
export interface PostPublisher {
  publish(posts: readonly SocialPost[]): Promise<void>;
  close(): Promise<void>;
}

export async function openPublisher({ lane }: ServiceLane): Promise<PostPublisher> {
  const client = createKafkaClient({
    brokers: (process.env['KAFKA_BROKERS'] ?? '').split(','),
    clientId: 'posts',
  });
  const sink = createRecordSink(client);
  const registry = createRegistryClient({ url: process.env['SCHEMA_REGISTRY_URL'] ?? '' });
  const codec = createRecordCodec(registry, 'social.post.v1');
  await codec.ready();
  const topic = inLane(lane, 'social.post.v1');
  return {
    async publish(posts) {
      for (const post of posts) {
        const key = Buffer.from(`${post.source}:${post.nativeId}`);
        const record = { key, value: codec.encode(post), headers: recordHeaders(post.eventId) };
        await sink.send(topic, await sink.partitionFor(topic, key), [record]);
      }
    },
    async close() {
      await sink.stop();
      await client.close();
    },
  };
}

const PHRASES = [
  '$TIDE to the moon',
  '$TIDE will crash',
  'sold $MOSS, bought $TIDE calls',
  '$MOSS and $NRTH look great',
  '$NRTH is a scam',
  'nothing to see here',
  '$TIDE $MOSS $NRTH',
];
const SECOND_US = 1_000_000;

/** Marks a text that is deleted later: it must be found nowhere afterwards. */
export const secretOf = (nativeId: string): string => `secret-${nativeId}`;

/**
 * Posts of about two hours before `nowUs`, some an hour out of order, every third edited, every fifth deleted, and some of it repeated. The
 * same for the same seed.
 */
export function postsBefore(nowUs: number, count: number, seed: number): readonly SocialPost[] {
  let state = seed;
  const pick = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const log: SocialPost[] = [];
  for (let index = 0; index < count; index += 1) {
    const nativeId = `p${index}`;
    const atUs = nowUs - (7200 - index * 60 + (pick(6) === 0 ? 4000 : 0)) * SECOND_US;
    const author = {
      authorKey: `author-${pick(9)}`,
      authorFollowers: pick(2) === 0 ? null : pick(5000),
    };
    const revision = (rev: number, more: Partial<SocialPost>): SocialPost => {
      const phrase = PHRASES[pick(PHRASES.length)] ?? '';
      const eventTimeUs = atUs + rev * SECOND_US;
      return aPost(`${phrase} ${secretOf(nativeId)}`, {
        ...author,
        nativeId,
        nativeRev: String(rev),
        eventTimeUs,
        ingestTimeUs: eventTimeUs,
        contentHash: phrase,
        ...more,
      });
    };
    const create = revision(1, {});
    const rest: SocialPost[] = [];
    if (index % 3 === 0) rest.push(revision(2, { op: 'CORRECT', refEventId: create.eventId }));
    if (index % 5 === 0) {
      const gone = {
        text: null,
        mentions: [],
        contentHash: '',
        refEventId: create.eventId,
      } as const;
      rest.push(revision(9, { op: 'CANCEL', ...gone }));
    }
    // An edit sometimes arrives before its post.
    if (index % 12 === 0) log.push(...rest, create);
    else log.push(create, ...rest);
    if (pick(4) === 0) log.push(create);
  }
  return [overdue('CREATE'), ...log, overdue('CANCEL')];

  /** Posted and deleted days ago; the deletion comes last of all, further behind the clock than anything else is taken (Q5). */
  function overdue(op: 'CREATE' | 'CANCEL'): SocialPost {
    const nativeId = `p${count}`;
    const eventTimeUs = nowUs - 60 * 3600 * SECOND_US;
    const created = { nativeId, eventTimeUs, nativeRev: '1' };
    const create = aPost(`$TIDE long ago ${secretOf(nativeId)}`, created);
    if (op === 'CREATE') return create;
    return aPost(null, {
      ...created,
      nativeRev: '9',
      op,
      refEventId: create.eventId,
      contentHash: '',
    });
  }
}
