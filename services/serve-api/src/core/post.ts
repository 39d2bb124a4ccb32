import { createHash } from 'node:crypto';
import type { MentionJson, PostData } from '@groundswell/schemas';
import type { Influence } from './influence.ts';

export type PostBody = PostData & { readonly weight: number | null; readonly share: number | null };

/**
 * A mention as the API shows it, field by field. The author is four digits of a hash: enough to see that two posts next to each other
 * have one author, too little to follow anybody (S69).
 */
export function postBody(mention: MentionJson, influence: Influence | null): PostBody {
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
    author_key: shortAuthor(mention.author_key),
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
    // Places in a text that is not shown say nothing.
    words: mention.text === null ? [] : mention.words,
    weight: influence?.weight ?? null,
    share: influence?.share ?? null,
  };
}

function shortAuthor(authorKey: string): string {
  return `a.${createHash('sha256').update(authorKey).digest('hex').slice(0, 4)}`;
}
