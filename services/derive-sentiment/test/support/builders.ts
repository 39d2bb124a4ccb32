import type { Mention, PostMention, SocialPost } from '@groundswell/schemas';
import type { SourceEvent } from '@groundswell/stream';

/** A whole hour. */
export const START_MS = 1_769_997_600_000;
export const START_US = START_MS * 1000;

/** A positive mention with a text that must go nowhere. */
export function aMention(own: Partial<Mention> & Pick<Mention, 'eventId'>): Mention {
  const { eventId, eventTimeUs = START_US } = own;
  return {
    op: 'CREATE',
    refEventId: null,
    source: 'world',
    feed: null,
    eventTimeUs,
    ingestTimeUs: eventTimeUs,
    sequence: null,
    eventTimeNanosRem: null,
    instrumentId: 'crypto:TIDE-USD',
    postId: `world:${eventId}`,
    postRevision: '0',
    sourceClass: 'SOCIAL',
    authorKey: `author of ${eventId}`,
    authorFollowers: null,
    authorSinceUs: null,
    contentHash: `text of ${eventId}`,
    simhash: '',
    label: 'POSITIVE',
    score: 0.6,
    pNeg: 0,
    pNeu: 1,
    pPos: 0,
    confidence: 0.7,
    calibrated: false,
    modelId: 'rules',
    modelVersion: '1.0.0',
    skipped: null,
    symbolCount: 1,
    isPrimary: true,
    stuffed: false,
    resolutionConfidence: 1,
    symbolsAsOf: null,
    targetStart: null,
    targetEnd: null,
    text: 'never in a window',
    words: [],
    ...own,
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
