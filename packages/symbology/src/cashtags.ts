import type { AliasBook } from './alias-book.ts';
import { asciiLookalike } from './homoglyphs.ts';
import { confidences, type MentionKind, type PostMention } from './mention.ts';

/** Scripts without spaces between words: such a letter ends a ticker. */
const CJK = '[\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Hang}\\p{sc=Thai}]';
const RUN = new RegExp(`(?:(?!${CJK})[\\p{L}\\p{M}\\p{N}\\p{Cf}])+`, 'uy');
/** Code units of letters after a `$` that are looked at. */
const MAX_RUN = 24;
const GLUED_BEFORE = new RegExp(`(?!${CJK})[\\p{L}\\p{N}_$#@&]$`, 'u');
const GLUED_AFTER = new RegExp(`^(?!${CJK})[\\p{L}\\p{N}_]`, 'u');
const CLASS = /[._-]([A-Za-z]{1,2})/y;

/**
 * Cashtags by Y1 with the separators of S50: `$` not glued to a word, 1-6 letters, a class after `.`, `-` or `_`. Amounts ("$20", "$5k") hold
 * digits and are none. A letter of another alphabet makes it a look-alike of the symbol, not the symbol.
 */
export function findCashtags(
  text: string,
  book: AliasBook,
  atUs: number,
  isHidden: (start: number) => boolean,
): PostMention[] {
  const found: PostMention[] = [];
  for (let at = text.indexOf('$'); at >= 0; at = text.indexOf('$', at + 1)) {
    if (isHidden(at) || (at > 0 && GLUED_BEFORE.test(charBefore(text, at)))) continue;
    const mention = readSymbol(text, at, at + 1, 'CASHTAG', book, atUs);
    if (mention !== null) found.push(mention);
  }
  return found;
}

/** A symbol that begins at `letters`; the mention begins at `start`. */
export function readSymbol(
  text: string,
  start: number,
  letters: number,
  kind: MentionKind,
  book: AliasBook,
  atUs: number,
): PostMention | null {
  RUN.lastIndex = letters;
  const letterRun = RUN.exec(text)?.[0] ?? '';
  // Bounded: a look-alike of six letters may hold invisible characters, but not hundreds.
  if (letterRun.length > MAX_RUN) return null;
  // Direction marks and emoji selectors at the end belong to nothing.
  const run = letterRun.replace(/[\p{Cf}\uFE0F]+$/u, '');
  const confidence = confidences[kind];
  const mention = (end: number, instrumentId: string | null, homoglyph = false): PostMention => ({
    kind,
    raw: text.slice(start, end),
    instrumentId,
    start,
    end,
    confidence,
    homoglyph,
  });
  const end = letters + run.length;
  if (!/^[A-Za-z]{1,6}$/.test(run)) {
    if (/^[\x20-\x7e]*$/.test(run)) return null;
    const seen = asciiLookalike(run);
    const isLookalike = /^[A-Za-z]{1,6}$/.test(seen) && book.ticker(seen, atUs) !== null;
    return isLookalike ? mention(end, null, true) : null;
  }
  CLASS.lastIndex = end;
  const separated = CLASS.exec(text);
  if (separated !== null) {
    const [whole, part = ''] = separated;
    const classEnd = end + whole.length;
    if (!GLUED_AFTER.test(charAfter(text, classEnd))) {
      const known = book.ticker(run + whole, atUs) ?? coinOf(run, part, book, atUs);
      if (known !== null) return mention(classEnd, known);
      // `$T.TO` is another venue's T; in "$TSLA.it" only a space is missing.
      if (!whole.startsWith('-') && part === part.toUpperCase()) return mention(classEnd, null);
    }
  }
  if (text[end] === '_' || GLUED_AFTER.test(charAfter(text, end))) return null;
  return mention(end, book.ticker(run, atUs));
}

/** `$BTC.X`: the coin, whatever else has that ticker. */
function coinOf(run: string, part: string, book: AliasBook, atUs: number): string | null {
  if (part.toUpperCase() !== 'X') return null;
  return book.ticker(`${run}.X`, atUs);
}

function charAfter(text: string, index: number): string {
  return String.fromCodePoint(text.codePointAt(index) ?? 0x20);
}

function charBefore(text: string, index: number): string {
  return text.slice(Math.max(0, index - 2), index);
}
