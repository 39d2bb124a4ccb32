import type { AliasBook, KnownName } from './alias-book.ts';
import { confidences, type PostMention } from './mention.ts';
import type { Token } from './tokens.ts';

/** What the words around a candidate tell. */
export interface Surroundings {
  /** A finance cue within 5 words outside of the words `from` to `to` (both included). */
  hasCue(from: number, to: number): boolean;
  /** Capitals mean nothing: most words are all caps (S51). */
  readonly isShouting: boolean;
}

/** Words that a name writes small. */
const SMALL = /^(?:of|the|de|for|in|on)$/;
const CAPITAL = /^\p{Lu}/u;

/** Names of companies and coins, the longest first at each word (S52). */
export function findNames(
  text: string,
  tokens: readonly Token[],
  book: AliasBook,
  atUs: number,
  around: Surroundings,
): PostMention[] {
  const found: PostMention[] = [];
  for (let from = 0; from < tokens.length; from += 1) {
    const first = tokens[from];
    if (first?.sigil !== '') continue;
    for (const spelling of spellings(first)) {
      const match = longestName(text, tokens, from, book.namesFrom(spelling, atUs), around);
      if (match === null) continue;
      const { start } = first;
      const { end, to } = match;
      const raw = text.slice(start, end);
      found.push({
        kind: 'NAME',
        raw,
        instrumentId: match.id,
        start,
        end,
        confidence: confidences.NAME,
        homoglyph: false,
      });
      from = to;
      break;
    }
  }
  return found;
}

function longestName(
  text: string,
  tokens: readonly Token[],
  from: number,
  names: readonly KnownName[],
  around: Surroundings,
): { readonly id: string; readonly to: number; readonly end: number } | null {
  for (const { words, rule, instrumentId } of names) {
    const match = matchWords(text, tokens, from, words);
    if (match === null) continue;
    const { to, end } = match;
    if (rule !== 'any-case') {
      const capitals = tokens
        .slice(from, to + 1)
        .every(({ text: word }) => CAPITAL.test(word) || SMALL.test(word));
      if (!capitals || around.isShouting) continue;
    }
    if (rule === 'capital-and-cue' && !around.hasCue(from, to)) continue;
    return { id: instrumentId, to, end };
  }
  return null;
}

/** Do the words of a name stand here, with nothing but a space, a hyphen, `&` or `and` between them? */
function matchWords(
  text: string,
  tokens: readonly Token[],
  from: number,
  words: readonly string[],
): { readonly to: number; readonly end: number } | null {
  let at = from;
  let end = 0;
  for (const [index, word] of words.entries()) {
    let token = tokens[at];
    if (index > 0 && token?.text.toLowerCase() === 'and') token = tokens[(at += 1)];
    if (token === undefined) return null;
    if (index > 0 && !/^[ \u00a0&\-–.,]{0,4}(?:and )?$/.test(text.slice(end, token.start)))
      return null;
    const spelling = spellings(token).find((one) => one === word);
    if (spelling === undefined) return null;
    if (token.sigil !== '') return null;
    // The `'s` of a possessive is no part of the name.
    const possessive = /['’]s$/i.exec(token.text);
    const whole = token.text.replace(/['’]/g, '').length === spelling.length;
    end = possessive !== null && !whole ? token.end - 2 : token.end;
    at += 1;
  }
  return { to: at - 1, end };
}

/** "McDonald's" may be the name itself or a possessive. */
function spellings({ text }: Token): readonly string[] {
  const lower = text.toLowerCase();
  const closed = lower.replace(/['’]/g, '');
  const possessor = /^(.+)['’]s$/.exec(lower)?.[1];
  return possessor === undefined ? [closed] : [closed, possessor.replace(/['’]/g, '')];
}
