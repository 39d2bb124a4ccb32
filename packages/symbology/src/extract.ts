import { canonicalTicker, type AliasBook } from './alias-book.ts';
import { findCashtags, readSymbol } from './cashtags.ts';
import { findHashtags } from './hashtags.ts';
import { confidences, type MentionKind, type PostMention, type SourceFacet } from './mention.ts';
import { findNames, type Surroundings } from './names.ts';
import { hiddenRanges, hiddenWalker, tokenise, type Token } from './tokens.ts';
import { financeCues, stopTickers } from './words.ts';

export interface ExtractOptions {
  /** What the source marks itself: links and accounts hide, symbols are taken as they are. @default none */
  readonly facets?: readonly SourceFacet[];
  readonly knownAliases: AliasBook;
  /** Time of the event, epoch micros: symbols mean what they meant then (S53). */
  readonly asOfUs: number;
}

/** A cue counts this many words away. */
const CUE_REACH = 5;

/**
 * Instruments named in a text, in order of their place (S50-S53). Where two readings overlap the longer one wins; an instrument named more
 * than once keeps its first place and its highest confidence. Every `raw` is the slice of the text at its offsets. Never throws; the work is
 * linear in the length of the text.
 */
export function extractMentions(text: string, options: ExtractOptions): PostMention[] {
  const { knownAliases: book, asOfUs } = options;
  const facets = (options.facets ?? []).filter(
    ({ start, end }) =>
      Number.isInteger(start) &&
      Number.isInteger(end) &&
      0 <= start &&
      start < end &&
      end <= text.length,
  );
  const hidden = hiddenRanges(text, facets);
  const tokens = tokenise(text, hidden);
  const cashtags = [
    ...facets.flatMap((facet) => sourceSymbol(text, facet, book, asOfUs)),
    ...findCashtags(text, book, asOfUs, hiddenWalker(hidden)),
  ];
  const bare = tokens.map((token) => bareTicker(token, book, asOfUs));
  const around = surroundings(text, tokens, bare, cashtags);
  const candidates = [
    ...cashtags,
    ...findHashtags(text, facets, book, asOfUs, hiddenWalker(hidden), around),
    ...findNames(text, tokens, book, asOfUs, around),
    ...findBare(tokens, bare, around),
  ];
  const sure = candidates.filter(({ confidence }) => confidence >= confidences.threshold);
  return onePerInstrument(withoutOverlaps(sure, text.length));
}

function sourceSymbol(
  text: string,
  { kind, start, end }: SourceFacet,
  book: AliasBook,
  atUs: number,
): PostMention[] {
  if (kind !== 'SYMBOL') return [];
  const letters = text[start] === '$' ? start + 1 : start;
  const mention = readSymbol(text, start, letters, 'SOURCE_SYMBOL', book, atUs);
  return mention?.end === end ? [mention] : [];
}

/** The instrument of a bare upper-case ticker that may count (S51); null for any other word. */
function bareTicker({ text, sigil }: Token, book: AliasBook, atUs: number): string | null {
  const possible = sigil === '' && /^[A-Z]{3,6}$/.test(text) && !stopTickers.has(text);
  return possible ? book.ticker(text, atUs) : null;
}

function findBare(
  tokens: readonly Token[],
  bare: readonly (string | null)[],
  around: Surroundings,
): PostMention[] {
  if (around.isShouting) return [];
  return tokens.flatMap(({ start, end, text: raw }, index) => {
    const instrumentId = bare[index] ?? null;
    if (instrumentId === null || !around.hasCue(index, index)) return [];
    return [
      {
        kind: 'BARE',
        raw,
        instrumentId,
        start,
        end,
        confidence: confidences.BARE,
        homoglyph: false,
      },
    ];
  });
}

function surroundings(
  text: string,
  tokens: readonly Token[],
  bare: readonly (string | null)[],
  cashtags: readonly PostMention[],
): Surroundings {
  const tagged = new Set(cashtags.map(({ start }) => start + 1));
  /** Cues before each word. */
  const cues = [0];
  for (const token of tokens) cues.push((cues.at(-1) ?? 0) + (isCue(text, token, tagged) ? 1 : 0));
  const between = (from: number, to: number): number =>
    (cues[Math.min(to, tokens.length)] ?? 0) - (cues[Math.max(from, 0)] ?? 0);
  return {
    hasCue: (from, to) => between(from - CUE_REACH, from) + between(to + 1, to + 1 + CUE_REACH) > 0,
    isShouting: isShouting(tokens, bare),
  };
}

function isCue(
  text: string,
  { start, end, text: word, sigil }: Token,
  tagged: ReadonlySet<number>,
): boolean {
  if (tagged.has(start)) return true;
  // An amount or a percentage.
  if (/^\d/.test(word)) return sigil === '$' || text[start - 1] === '€' || text[end] === '%';
  return financeCues.has(word.toLowerCase());
}

/** Most words are all caps; tickers that may count, cashtags and single letters do not vote. */
function isShouting(tokens: readonly Token[], bare: readonly (string | null)[]): boolean {
  let upper = 0;
  let other = 0;
  for (const [index, { text, sigil }] of tokens.entries()) {
    if (sigil !== '' || bare[index] !== null || !/\p{L}.*\p{L}/u.test(text)) continue;
    if (/\p{Ll}/u.test(text)) other += 1;
    else if (/\p{Lu}/u.test(text)) upper += 1;
  }
  if (upper > 0 && other === 0) return true;
  return upper + other >= 3 && upper / (upper + other) >= 0.6;
}

/** Among readings of equal length. */
const RANK: Readonly<Record<MentionKind, number>> = {
  CASHTAG: 0,
  SOURCE_SYMBOL: 1,
  HASHTAG: 2,
  NAME: 3,
  BARE: 4,
};

/** The longest first; what overlaps one that is taken is dropped. */
function withoutOverlaps(candidates: readonly PostMention[], length: number): PostMention[] {
  const byLength = [...candidates].sort(
    (a, b) =>
      b.end - b.start - (a.end - a.start) || RANK[a.kind] - RANK[b.kind] || a.start - b.start,
  );
  const covered = new Uint8Array(length);
  const taken = byLength.filter(({ start, end }) => {
    // What is taken is at least as long, so it covers an end of whatever it overlaps.
    if (covered[start] === 1 || covered[end - 1] === 1) return false;
    covered.fill(1, start, end);
    return true;
  });
  return taken.sort((a, b) => a.start - b.start);
}

function onePerInstrument(inOrder: readonly PostMention[]): PostMention[] {
  const first = new Map<string, PostMention>();
  for (const mention of inOrder) {
    const key = mention.instrumentId ?? `?${canonicalTicker(mention.raw)}`;
    const before = first.get(key);
    if (before === undefined) first.set(key, mention);
    else if (before.confidence < mention.confidence) {
      first.set(key, { ...before, confidence: mention.confidence });
    }
  }
  return [...first.values()];
}
