import type { Token } from '../tokens.ts';
import { abbreviations } from './grammar.ts';
import { phrasesByFirstWord, type Phrase } from './lexicon.ts';

const MARKS = ',.;:!?';

/** S21: phrases become one token each, longest first, in any case, not across the end of a clause. */
export function joinPhrases(text: string, tokens: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (let i = 0; i < tokens.length; i += 1) {
    const token = tokens[i];
    if (token === undefined) continue;
    const phrase = phrasesByFirstWord
      .get(token.lower)
      ?.find((candidate) => isAt(text, tokens, i, candidate));
    const last = tokens[i + (phrase?.words.length ?? 1) - 1];
    if (phrase === undefined || last === undefined) joined.push(token);
    else {
      joined.push({
        text: text.slice(token.start, last.end),
        lower: phrase.words.join(' '),
        start: token.start,
        end: last.end,
        upper: token.upper && last.upper,
        value: phrase.value === 0 ? undefined : phrase.value,
      });
      i += phrase.words.length - 1;
    }
  }
  return joined;
}

function isAt(text: string, tokens: readonly Token[], at: number, { words }: Phrase): boolean {
  return words.every((word, k) => {
    const token = tokens[at + k];
    if (token?.lower !== word) return false;
    const next = tokens[at + k + 1];
    return k === words.length - 1 || next === undefined || !endsClause(text, token.end, next.start);
  });
}

/** For each token: does its clause end behind it? */
export function clauseEnds(text: string, tokens: readonly Token[]): readonly boolean[] {
  return tokens.map((token, i) => {
    const next = tokens[i + 1];
    return (
      next === undefined ||
      (endsClause(text, token.end, next.start) && !isAbbreviation(text, token))
    );
  });
}

function isAbbreviation(text: string, { lower, end }: Token): boolean {
  return abbreviations.has(lower) && text[end] === '.';
}

/** Is there a mark between two words that ends a clause? */
function endsClause(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (MARKS.includes(text.charAt(at))) return true;
  return false;
}
