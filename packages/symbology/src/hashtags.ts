import type { AliasBook } from './alias-book.ts';
import { confidences, type PostMention, type SourceFacet } from './mention.ts';
import type { Surroundings } from './names.ts';
import { stopTickers } from './words.ts';

const TAG = /(?<![\p{L}\p{N}_&])[#＃]([\p{L}\p{N}_]{2,40})/gu;

/**
 * Hashtags that are a ticker in capitals ("#NVDA"; "#cat" is an animal) or a coin in any case ("#btc"), or that are one name ("#tesla").
 * Everyday words never count. A hashtag without a meaning is no mention: most of them have nothing to do with a market.
 */
export function findHashtags(
  text: string,
  facets: readonly SourceFacet[],
  book: AliasBook,
  atUs: number,
  isHidden: (start: number) => boolean,
  around: Pick<Surroundings, 'isShouting'>,
): PostMention[] {
  const places = [...text.matchAll(TAG)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
  // The source's own reading of where a tag ends wins over ours.
  for (const { kind, start, end } of facets) {
    if (kind !== 'TAG' || !/^[#＃]/.test(text.slice(start, end))) continue;
    const ours = places.find((place) => place.start === start);
    if (ours === undefined) places.push({ start, end });
    else ours.end = end;
  }
  places.sort((a, b) => a.start - b.start);
  const found: PostMention[] = [];
  for (const { start, end } of places) {
    if (isHidden(start)) continue;
    const raw = text.slice(start, end);
    const instrumentId = meaningOf(raw.slice(1), book, atUs, around);
    if (instrumentId === null) continue;
    const confidence = confidences.HASHTAG;
    found.push({ kind: 'HASHTAG', raw, instrumentId, start, end, confidence, homoglyph: false });
  }
  return found;
}

function meaningOf(
  tag: string,
  book: AliasBook,
  atUs: number,
  around: Pick<Surroundings, 'isShouting'>,
): string | null {
  const upper = tag.toUpperCase();
  if (/^[A-Z]{3,6}$/.test(upper) && !stopTickers.has(upper)) {
    const known = book.ticker(upper, atUs);
    const isCoin = known?.startsWith('crypto:') === true;
    if (known !== null && (isCoin || (tag === upper && !around.isShouting))) return known;
  }
  const name = book
    .namesFrom(tag.toLowerCase(), atUs)
    .find(({ words, rule }) => words.length === 1 && rule === 'any-case');
  return name?.instrumentId ?? null;
}
