import { intensityOf, punctuationEmphasis, weighButByPlace } from '../emphasis.ts';
import type { MappedText } from '../mapped-text.ts';
import { contributionsOf, type Analysis } from '../plain.ts';
import { tokenize, type Token } from '../tokens.ts';
import { settingOf, valenceAt } from '../valence.ts';
import { clean } from './clean.ts';
import { shiftPolarity } from './direction.ts';
import { readFigures } from './figures.ts';
import { isNotice, STRONG_HIT } from './guard.ts';
import { isEmojiWord, isTradeWord, valueOf } from './lexicon.ts';
import { afterFarNegation } from './negation.ts';
import { pairTrades } from './options.ts';
import { clauseEnds, joinPhrases } from './phrases.ts';

/** The same emoji again and again says it once more, up to here (S22). */
const MAX_REPEATS = 3;

/** VADER's rules on the words of trade: S20 to S24. Linear in the text. */
export function analyseFinance(source: MappedText): Analysis {
  const cleaned = clean(source);
  const tokens = joinPhrases(cleaned.text, tokenize(cleaned.text, valueOf));
  const ends = clauseEnds(cleaned.text, tokens);
  limitEmoji(tokens);
  readFigures(cleaned.text, tokens);
  pairTrades(tokens, ends);
  shiftPolarity(tokens, ends);
  const setting = settingOf(tokens);
  const valences = tokens.map((token, i) => {
    if (token.value === undefined) return 0;
    // An emoji speaks for itself: "not sure 🚀" is no sinking.
    if (isEmojiWord(token.lower)) return token.value;
    const v = valenceAt(tokens, i, setting);
    return afterFarNegation(tokens, ends, i, v, !isTradeWord(token.lower));
  });
  weighButByPlace(tokens, valences);
  const weak = valences.every((v) => Math.abs(v) < STRONG_HIT);
  if (weak && valences.some((v) => v !== 0) && isNotice(cleaned.text)) valences.fill(0);
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
