import { createHash } from 'node:crypto';
import { parseIsoUs } from '@groundswell/domain';
import {
  recordMaps,
  type Mention,
  type MentionJson,
  type PostData,
  type PostTakenBack,
} from '@groundswell/schemas';
import type { ChannelItem } from '../core/latest-channel.ts';
import { encodeItem, type Route } from './update.ts';

/** `posts:<instrument>`: its latest mentions. What is taken back replaces what was said, so the gateway forgets the text as well (R2). */
export const routePost: Route<Mention> = (mention) => ({
  kind: 'posts',
  channel: `posts:${mention.instrumentId}`,
  item: () => postItem(recordMaps.Mention.toJson(mention)),
});

/**
 * A post has one key over all its revisions. What entered the platform later is newer: an edit, a deletion; of records of one instant
 * the deletion, so that no text survives it. Twice the micros of now are below 2^53 until the year 2112.
 */
export function postItem(mention: MentionJson): ChannelItem {
  const ingestTimeUs = parseIsoUs(mention.ingest_time).us;
  const isTakenBack = mention.op === 'CANCEL';
  return encodeItem(
    {
      key: `mention|${mention.post_id}|${mention.instrument_id}`,
      lineage: 0,
      ver: ingestTimeUs * 2 + (isTakenBack ? 1 : 0),
      data: isTakenBack ? takenBack(mention) : dataOf(mention),
    },
    ingestTimeUs,
  );
}

function takenBack({ post_id, instrument_id }: MentionJson): PostTakenBack {
  return { op: 'CANCEL', post_id, instrument_id };
}

/** Field by field: what is added to the record is not pushed by accident. Of the author four digits of a hash are left (S69). */
function dataOf(mention: MentionJson): PostData {
  return {
    event_id: mention.event_id,
    op: mention.op,
    source: mention.source,
    source_class: mention.source_class,
    event_time: mention.event_time,
    ingest_time: mention.ingest_time,
    instrument_id: mention.instrument_id,
    post_id: mention.post_id,
    post_revision: mention.post_revision,
    author_key: `a.${createHash('sha256').update(mention.author_key).digest('hex').slice(0, 4)}`,
    author_followers: mention.author_followers,
    content_hash: mention.content_hash,
    simhash: mention.simhash,
    label: mention.label,
    score: mention.score,
    confidence: mention.confidence,
    calibrated: mention.calibrated,
    skipped: mention.skipped,
    model_id: mention.model_id,
    model_version: mention.model_version,
    symbol_count: mention.symbol_count,
    is_primary: mention.is_primary,
    stuffed: mention.stuffed,
    target_start: mention.target_start,
    target_end: mention.target_end,
    text: mention.text,
    words: mention.text === null ? [] : mention.words,
  };
}
