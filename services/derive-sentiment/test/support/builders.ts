import type { MentionContent } from '@groundswell/oracle';
import type { Mention, PostMention, SocialPost } from '@groundswell/schemas';
import type { SourceEvent } from '@groundswell/stream';

/** A whole hour. */
export const START_MS = 1_769_997_600_000;
export const START_US = START_MS * 1000;

/** A mention record that says what the oracle's content says. */
export function aMention(
  head: Pick<Mention, 'eventId' | 'op' | 'refEventId' | 'instrumentId' | 'sequence'>,
  content: MentionContent,
): Mention {
  const [sourceClass, model = ''] = content.model.split('=');
  const [modelId = '', modelVersion = ''] = model.split('@');
  return {
    ...head,
    source: content.source,
    feed: null,
    eventTimeUs: content.tsUs,
    ingestTimeUs: content.tsUs,
    eventTimeNanosRem: null,
    postId: content.postId,
    postRevision: '0',
    sourceClass: sourceClass === 'NEWS' ? 'NEWS' : 'SOCIAL',
    authorKey: content.author,
    authorFollowers: content.followers,
    authorSinceUs: content.authorSinceUs,
    contentHash: content.contentHash,
    simhash: content.simhash,
    label: content.label,
    score: content.score,
    pNeg: 0,
    pNeu: 1,
    pPos: 0,
    confidence: content.confidence,
    calibrated: content.calibrated,
    modelId,
    modelVersion,
    skipped: content.skipped ? 'empty' : null,
    symbolCount: content.symbolCount,
    isPrimary: true,
    stuffed: content.stuffed,
    resolutionConfidence: 1,
    symbolsAsOf: null,
    targetStart: null,
    targetEnd: null,
    text: 'never in a window',
    words: [],
  };
}

export function mentionEvent(record: Mention): SourceEvent<'social.mention.v1'> {
  const { eventId, instrumentId, eventTimeUs } = record;
  return { topic: 'social.mention.v1', eventId, entity: instrumentId, eventTimeUs, record };
}

/** A post with the cashtags of its text resolved: `$TIDE` names `crypto:TIDE-USD`, `$XXX` nothing. */
export function aPost(text: string | null, more: Partial<SocialPost> = {}): SocialPost {
  const nativeId = more.nativeId ?? 'p1';
  const nativeRev = more.nativeRev === undefined ? '1' : more.nativeRev;
  return {
    eventId: `world:${nativeId}:${nativeRev ?? '0'}`,
    op: 'CREATE',
    refEventId: null,
    source: 'world',
    feed: null,
    eventTimeUs: START_US,
    ingestTimeUs: more.eventTimeUs ?? START_US,
    sequence: null,
    eventTimeNanosRem: null,
    nativeId,
    nativeRev,
    sourceClass: 'SOCIAL',
    authorKey: 'author-1',
    authorFollowers: 120,
    authorSinceUs: null,
    text,
    textTruncated: false,
    lang: 'en',
    langBy: 'SOURCE',
    createdAtClaimedUs: null,
    replyTo: null,
    repostOf: null,
    quoteOf: null,
    urls: [],
    mentions: text === null ? [] : cashtags(text),
    symbolsAsOf: text === null ? null : '2025-08-24',
    sourceLabel: 'NONE',
    contentHash: `hash of ${text ?? ''}`,
    simhash: '',
    storeText: true,
    redistributeText: true,
    eraseByUs: null,
    ...more,
  };
}

function cashtags(text: string): PostMention[] {
  return [...text.matchAll(/\$([A-Z]+)/g)].map(({ 0: raw, 1: symbol, index }) => ({
    kind: 'CASHTAG',
    raw,
    instrumentId: symbol === 'XXX' ? null : `crypto:${symbol ?? ''}-USD`,
    start: index,
    end: index + raw.length,
    confidence: 0.95,
    homoglyph: false,
  }));
}

export function postEvent(record: SocialPost): SourceEvent<'social.post.v1'> {
  const { eventId, source, nativeId, eventTimeUs } = record;
  return { topic: 'social.post.v1', eventId, entity: `${source}:${nativeId}`, eventTimeUs, record };
}
