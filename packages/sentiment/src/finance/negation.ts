import { vaderRules } from '../generated/vader-rules.ts';
import { isNegation } from '../lexicon.ts';
import type { Token } from '../tokens.ts';
import { deniers, turns } from './grammar.ts';

/** VADER looks this far back itself, and as far reach the negators that it does not know. */
const NEAR = 3;
const FAR = 8;

/**
 * S24 (e): a negator reaches to the end of its clause or to where something new begins, not only three words; once, whatever stands between.
 * @param general not a word of trade: then only the first polar word behind the negator is denied, since everyday posts do without commas
 */
export function afterFarNegation(
  tokens: readonly Token[],
  ends: readonly boolean[],
  i: number,
  v: number,
  general: boolean,
): number {
  for (let at = i - 1; at >= Math.max(0, i - FAR) && ends[at] !== true; at -= 1) {
    const lower = tokens[at]?.lower ?? '';
    if (turns.has(lower)) return v;
    if (general && tokens[at]?.value !== undefined) return v;
    const denies = lower === 'nobody' || (i - at > NEAR ? isNegation(lower) : deniers.has(lower));
    if (denies) return v * vaderRules.N_SCALAR;
  }
  return v;
}
