import type { SourceFacet } from './mention.ts';

/** A word of the text; offsets in UTF-16 code units. */
export interface Token {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The sign directly before it, if it is one of these. */
  readonly sigil: '$' | '#' | '';
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:['’&][\p{L}\p{N}]+)*/gu;
/** Links, with or without a scheme, and names of accounts. */
const HIDDEN =
  /(?:https?:\/\/|www\.)\S+|(?<![\p{L}\p{N}.@-])(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}\/\S*|(?<![\p{L}\p{N}_])@[\p{L}\p{N}_.-]+/giu;

/** Where no instrument is named: links and accounts, as written or as the source says. */
export function hiddenRanges(text: string, facets: readonly SourceFacet[]): Range[] {
  const found: Range[] = [...text.matchAll(HIDDEN)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
  for (const { kind, start, end } of facets) {
    // Words that carry a link stay words; only an address is hidden.
    const isAddress = kind === 'LINK' && /^[^\s$#]+[./][^\s]+$/.test(text.slice(start, end));
    if (kind === 'MENTION' || isAddress) found.push({ start, end });
  }
  return found.sort((a, b) => a.start - b.start);
}

/** Is this place hidden? Ask in ascending order: the answer walks along, so a text costs one pass. */
export function hiddenWalker(ranges: readonly Range[]): (start: number) => boolean {
  let next = 0;
  let reach = 0;
  return (start) => {
    for (let range = ranges[next]; range !== undefined && range.start <= start;) {
      reach = Math.max(reach, range.end);
      next += 1;
      range = ranges[next];
    }
    return start < reach;
  };
}

export function tokenise(text: string, hidden: readonly Range[]): Token[] {
  const isHidden = hiddenWalker(hidden);
  const tokens: Token[] = [];
  for (const match of text.matchAll(WORD)) {
    const start = match.index;
    if (isHidden(start)) continue;
    const before = text[start - 1];
    const sigil = before === '$' || before === '#' ? before : '';
    tokens.push({ start, end: start + match[0].length, text: match[0], sigil });
  }
  return tokens;
}
