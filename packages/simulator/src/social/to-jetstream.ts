import { POST_COLLECTION, type JetstreamEvent } from '../jetstream/events.ts';
import type { WorldPost, WorldSideEvent } from './events.ts';

const LIKE_COLLECTION = 'app.bsky.feed.like';

/** An act as Jetstream tells it. */
export function postToJetstream(post: WorldPost): JetstreamEvent {
  const { did, timeUs, rkey, rev, op, cid } = post;
  const commit = { kind: 'commit', did, timeUs, rkey, rev, collection: POST_COLLECTION } as const;
  if (op === 'delete') return { ...commit, operation: op };
  return { ...commit, operation: op, record: postRecord(post), cid };
}

export function sideToJetstream(side: WorldSideEvent): JetstreamEvent {
  const { type, did, timeUs, rkey, rev, subject } = side;
  switch (type) {
    case 'identity':
      return { kind: 'identity', did, timeUs };
    case 'account-active':
      return { kind: 'account', did, timeUs, active: true };
    case 'account-deleted':
      return { kind: 'account', did, timeUs, active: false, status: 'deleted' };
    case 'like':
      return {
        kind: 'commit',
        did,
        timeUs,
        rkey,
        rev,
        collection: LIKE_COLLECTION,
        operation: 'create',
        record: { $type: LIKE_COLLECTION, subject },
        cid: subject?.cid ?? '',
      };
  }
}

/** Fields in alphabetical order, as the recorded frames have them; optional ones are left out, not null. */
function postRecord(post: WorldPost): Readonly<Record<string, unknown>> {
  const { createdAt, langs, quoteOf, replyTo, text } = post;
  const facets = facetsOf(text);
  return {
    $type: POST_COLLECTION,
    createdAt,
    ...(quoteOf === null ? {} : { embed: { $type: 'app.bsky.embed.record', record: quoteOf } }),
    ...(facets.length === 0 ? {} : { facets }),
    ...(langs === null ? {} : { langs }),
    ...(replyTo === null ? {} : { reply: { parent: replyTo, root: replyTo } }),
    text,
  };
}

/** Hashtags and links, where they stand in UTF-8 bytes (E5). */
function facetsOf(text: string): readonly Readonly<Record<string, unknown>>[] {
  return [...text.matchAll(/#([A-Za-z]\w*)|feed\.example\/\w+/g)].map((match) => {
    const [raw, tag] = match;
    const byteStart = Buffer.byteLength(text.slice(0, match.index));
    const feature =
      tag === undefined
        ? { $type: 'app.bsky.richtext.facet#link', uri: `https://${raw}` }
        : { $type: 'app.bsky.richtext.facet#tag', tag };
    return {
      features: [feature],
      index: { byteEnd: byteStart + Buffer.byteLength(raw), byteStart },
    };
  });
}
