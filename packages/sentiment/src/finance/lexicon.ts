import { financeEmoji, financePhrases, financeWords } from '../generated/finance-lexicon.ts';
import { vaderLexicon } from '../generated/vader-lexicon.ts';
import { readLexicon } from '../lexicon.ts';

const finance = readLexicon(financeWords);
const emoji = readLexicon(financeEmoji);
/** Words of trade override those of VADER (S22); valence 0 takes a word out. */
const all = new Map(
  [...readLexicon(vaderLexicon), ...emoji, ...finance].filter(
    ([token]) => finance.get(token) !== 0,
  ),
);

export function valueOf(lower: string): number | undefined {
  return all.get(lower);
}

/** Is it a word or phrase of trade, not one of VADER's? */
export function isTradeWord(lower: string): boolean {
  return finance.has(lower) || lower.includes(' ');
}

export function isEmojiWord(lower: string): boolean {
  return emoji.has(lower);
}

export interface Phrase {
  readonly words: readonly string[];
  readonly value: number;
}

/** Phrases by their first word, longest first (S21). */
export const phrasesByFirstWord: ReadonlyMap<string, readonly Phrase[]> = (() => {
  const phrases = [...readLexicon(financePhrases)]
    .map(([phrase, value]) => ({ words: phrase.split(' '), value }))
    .sort((a, b) => b.words.length - a.words.length);
  return Map.groupBy(phrases, ({ words }) => words[0] ?? '');
})();
