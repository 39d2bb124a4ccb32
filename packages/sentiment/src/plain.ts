import type { WordContribution } from './contract.ts';
import { intensityOf, punctuationEmphasis, weighButByValue, type Intensity } from './emphasis.ts';
import { emojiDescriptions } from './generated/emoji-descriptions.ts';
import { vaderLexicon } from './generated/vader-lexicon.ts';
import { readLexicon } from './lexicon.ts';
import { originOf, rewrite, type MappedText } from './mapped-text.ts';
import { tokenize, type Token } from './tokens.ts';
import { settingOf, valenceAt } from './valence.ts';

/** What a mode finds in a text: the intensity and what the words did. */
export interface Analysis extends Intensity {
  readonly words: readonly WordContribution[];
}

const lexicon = readLexicon(vaderLexicon);
const valueOf = (lower: string): number | undefined => lexicon.get(lower);
const descriptions: ReadonlyMap<string, string> = new Map(
  emojiDescriptions.map((row) => {
    const tab = row.indexOf('\t');
    return [row.slice(0, tab), row.slice(tab + 1)] as const;
  }),
);

/**
 * VADER as published, S10 to S16: the same numbers as the original program within rounding. Quadratic for many equal values and a "but"
 * (S15), and blind to finance: for conformance and comparison.
 */
export function analysePlain(source: MappedText): Analysis {
  const described = describeEmoji(source);
  const tokens = tokenize(described.text, valueOf);
  const setting = settingOf(tokens);
  const valences = tokens.map((_, i) => valenceAt(tokens, i, setting));
  weighButByValue(tokens, valences);
  return {
    ...intensityOf(valences, punctuationEmphasis(described.text)),
    words: contributionsOf(described, tokens, valences),
  };
}

/** The words that moved something, each where it stands in the first text. Words of one emoji's description count as one. */
export function contributionsOf(
  text: MappedText,
  tokens: readonly Token[],
  valences: readonly number[],
): readonly WordContribution[] {
  const words: WordContribution[] = [];
  for (const [i, { start, end }] of tokens.entries()) {
    const contribution = valences[i] ?? 0;
    if (contribution === 0) continue;
    const span = originOf(text, start, end);
    const last = words.at(-1);
    if (last?.start === span.start && last.end === span.end)
      words[words.length - 1] = { ...span, contribution: last.contribution + contribution };
    else words.push({ ...span, contribution });
  }
  return words;
}

/** S10: an emoji becomes its description, with a space before it but none behind it, as the original has it. */
function describeEmoji(source: MappedText): MappedText {
  const { text } = source;
  // Below U+00A9 there is no key.
  if (!/[\u00a9-\uffff]/.test(text)) return source;
  const rewriter = rewrite(source);
  let at = 0;
  let afterSpace = true;
  for (const point of text) {
    const description = descriptions.get(point);
    if (description === undefined) afterSpace = point === ' ';
    else {
      rewriter.replace(at, at + point.length, afterSpace ? description : ` ${description}`);
      afterSpace = false;
    }
    at += point.length;
  }
  return rewriter.finish();
}
