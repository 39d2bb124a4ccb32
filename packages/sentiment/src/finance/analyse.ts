import { intensityOf, punctuationEmphasis, weighButByPlace } from '../emphasis.ts';
import type { MappedText } from '../mapped-text.ts';
import { contributionsOf, type Analysis } from '../plain.ts';
import { tokenize, type Token } from '../tokens.ts';
import { hasCapitalDifference, valenceAt } from '../valence.ts';
import { clean } from './clean.ts';
import { isEmojiWord, valueOf } from './lexicon.ts';
import { joinPhrases } from './phrases.ts';

/** The same emoji again and again says it once more, up to here (S22). */
const MAX_REPEATS = 3;

/** VADER's rules on the words of trade: S20 to S24. Linear in the text. */
export function analyseFinance(source: MappedText): Analysis {
  const cleaned = clean(source);
  const tokens = joinPhrases(cleaned.text, tokenize(cleaned.text, valueOf));
  limitEmoji(tokens);
  const capDiff = hasCapitalDifference(tokens);
  const valences = tokens.map((_, i) => valenceAt(tokens, i, capDiff));
  weighButByPlace(tokens, valences);
  return {
    ...intensityOf(valences, punctuationEmphasis(cleaned.text)),
    words: contributionsOf(cleaned, tokens, valences),
  };
}

function limitEmoji(tokens: readonly Token[]): void {
  const seen = new Map<string, number>();
  for (const token of tokens) {
    if (!isEmojiWord(token.lower)) continue;
    const times = (seen.get(token.lower) ?? 0) + 1;
    seen.set(token.lower, times);
    if (times > MAX_REPEATS) token.value = undefined;
  }
}
