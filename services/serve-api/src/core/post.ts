import { createHash } from 'node:crypto';
import type { MentionJson } from '@groundswell/schemas';
import type { Influence } from './influence.ts';

/**
 * A mention as the API shows it, field by field. The author is four digits of a hash: enough to see that two posts next to each other
 * have one author, too little to follow anybody (S69).
 */
export function postBody(mention: MentionJson, influence: Influence | null) {
  const { target_start: start, target_end: end } = mention;
  return {
    post_id: mention.post_id,
    instrument_id: mention.instrument_id,
    source: mention.source,
    source_class: mention.source_class.toLowerCase(),
    author: `a.${digest(mention.author_key, 4)}`,
    event_time: mention.event_time,
    ingest_time: mention.ingest_time,
    label: mention.label.toLowerCase(),
    score: mention.score,
    confidence: mention.confidence,
    calibrated: mention.calibrated,
    skipped: mention.skipped,
    model: { id: mention.model_id, version: mention.model_version },
    symbol_count: mention.symbol_count,
    is_primary: mention.is_primary,
    stuffed: mention.stuffed,
    target: start === null || end === null ? null : { start, end },
    copy_of: digest(mention.content_hash, 8),
    weight: influence?.weight ?? null,
    share: influence?.share ?? null,
    text: mention.text,
    // Places in a text that is not shown say nothing.
    words: mention.text === null ? [] : mention.words,
  };
}

function digest(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
