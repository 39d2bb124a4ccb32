import type { SocialPost } from '@groundswell/schemas';
import {
  contentHash,
  extractMentions,
  simhash64,
  type AliasBook,
  type PostMention,
} from '@groundswell/symbology';
import type { AuthorKeys } from '../../core/author-key.ts';
import { languageOf, type DetectLanguage } from '../../core/language.ts';
import type { Rights } from '../../core/rights.ts';
import { microsOf, POST } from './decode.ts';
import { addUrl, readFacets } from './facets.ts';
import { MAX_TEXT_UNITS } from './limits.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a record needs besides its frame. */
export interface PostContext {
  /** `bluesky`, or `bluesky-world` for the simulated network. */
  readonly source: string;
  readonly authors: AuthorKeys;
  readonly aliases: () => AliasBook;
  readonly detect: DetectLanguage;
  readonly rights: Rights;
}

/** Who did it, under which id and revision, when. */
export interface PostIdentity {
  readonly eventId: string;
  readonly op: SocialPost['op'];
  readonly refEventId: string | null;
  readonly nativeId: string;
  readonly rev: string | null;
  readonly authorKey: string;
  readonly eventTimeUs: number;
  readonly ingestTimeUs: number;
}

/** A text cut at the limit, never inside a character, with the instruments that what is left names. */
export interface ReadText {
  readonly text: string;
  readonly truncated: boolean;
  readonly mentions: readonly PostMention[];
  readonly urls: readonly string[];
  /** Of the list of symbols that resolved the mentions (S53). */
  readonly symbolsAsOf: string;
}

/** The part that decides whether a post is published; cheap enough for every post of the network. */
export function readText(record: Fields, atUs: number, aliases: AliasBook): ReadText {
  const whole = typeof record['text'] === 'string' ? record['text'] : '';
  const { facets, urls } = readFacets(whole, record['facets']);
  const text = cut(whole);
  const mentions = extractMentions(text, { facets, knownAliases: aliases, asOfUs: atUs });
  const all = new Set(urls);
  addUrl(all, fieldsOf(fieldsOf(record['embed'])['external'])['uri']);
  return {
    text,
    truncated: text.length < whole.length,
    mentions,
    urls: [...all],
    symbolsAsOf: aliases.listAsOf,
  };
}

/** The record of a created or edited post. Raw account ids end here: authors, quoted and answered ones too. */
export function postRecord(
  record: Fields,
  read: ReadText,
  identity: PostIdentity,
  { source, authors, detect, rights }: PostContext,
): SocialPost {
  const { text } = read;
  const reply = fieldsOf(fieldsOf(record['reply'])['parent']);
  const claimed = Array.isArray(record['langs']) ? (record['langs'] as unknown[]) : [];
  const tags = claimed.filter((tag) => typeof tag === 'string');
  return {
    ...emptyRecord(source, identity, rights),
    text: rights.storeText ? text : null,
    textTruncated: read.truncated,
    ...languageOf(text, tags, detect),
    createdAtClaimedUs: microsOf(record['createdAt']),
    replyTo: nativeIdOf(reply['uri'], authors),
    quoteOf: nativeIdOf(quotedUri(fieldsOf(record['embed'])), authors),
    urls: [...read.urls],
    mentions: [...read.mentions],
    symbolsAsOf: read.symbolsAsOf,
    contentHash: contentHash(text),
    simhash: simhash64(text),
  };
}

/** The record of a deletion: nothing of what the post said (R2). */
export function cancelRecord(
  identity: PostIdentity,
  { source, rights }: Pick<PostContext, 'source' | 'rights'>,
): SocialPost {
  return emptyRecord(source, identity, rights);
}

function emptyRecord(source: string, identity: PostIdentity, rights: Rights): SocialPost {
  return {
    eventId: identity.eventId,
    op: identity.op,
    refEventId: identity.refEventId,
    source,
    feed: null,
    eventTimeUs: identity.eventTimeUs,
    ingestTimeUs: identity.ingestTimeUs,
    // Sequence numbers of a host mean nothing on the next one.
    sequence: null,
    eventTimeNanosRem: null,
    nativeId: identity.nativeId,
    nativeRev: identity.rev,
    sourceClass: 'SOCIAL',
    authorKey: identity.authorKey,
    authorFollowers: null,
    authorSinceUs: null,
    text: null,
    textTruncated: false,
    lang: null,
    langBy: 'DETECTOR',
    createdAtClaimedUs: null,
    replyTo: null,
    repostOf: null,
    quoteOf: null,
    urls: [],
    mentions: [],
    symbolsAsOf: null,
    sourceLabel: 'NONE',
    contentHash: '',
    simhash: '',
    storeText: rights.storeText,
    redistributeText: rights.redistributeText,
    eraseByUs: null,
  };
}

function cut(text: string): string {
  if (text.length <= MAX_TEXT_UNITS) return text;
  const last = text.charCodeAt(MAX_TEXT_UNITS - 1);
  const inside = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, inside ? MAX_TEXT_UNITS - 1 : MAX_TEXT_UNITS);
}

/** `at://did/app.bsky.feed.post/rkey` with the account replaced; null for anything else. */
function nativeIdOf(uri: unknown, authors: AuthorKeys): string | null {
  if (typeof uri !== 'string') return null;
  const [, did, collection, rkey] =
    /^at:\/\/(did:[a-z0-9]+:[A-Za-z0-9._:%-]{1,200})\/([A-Za-z0-9.]+)\/([A-Za-z0-9._~-]{1,64})$/.exec(
      uri,
    ) ?? [];
  if (did === undefined || rkey === undefined || collection !== POST) return null;
  return `${authors.current(did)}/${rkey}`;
}

/** A quote stands in the embed itself, or beside pictures one level deeper. */
function quotedUri(embed: Fields): unknown {
  const record = fieldsOf(embed['record']);
  return record['uri'] ?? fieldsOf(record['record'])['uri'];
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
