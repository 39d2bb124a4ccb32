import { vaderRules } from './generated/vader-rules.ts';
import { boosters, idiomWords, isNegation, specialCases } from './lexicon.ts';
import type { Token } from './tokens.ts';

const { C_INCR, N_SCALAR } = vaderRules;
/** A degree word counts less the further away it stands. */
const DAMPING = [1, 0.95, 0.9] as const;
const EMPHASIS_OF_NEVER_SO = 1.25;

/** What holds for a text as a whole. */
export interface Setting {
  /** Some words are in capitals but not all: only then capitals mean something. */
  readonly capDiff: boolean;
  /** A word of a fixed expression occurs, so they are looked for. */
  readonly idioms: boolean;
}

export function settingOf(tokens: readonly Token[]): Setting {
  let upper = 0;
  let idioms = false;
  for (const token of tokens) {
    if (token.upper) upper += 1;
    idioms ||= idiomWords.has(token.lower);
  }
  return { capDiff: upper > 0 && upper < tokens.length, idioms };
}

/**
 * Valence of the i-th token in its place: S12 to S14, in that order. The steps look at the three tokens before it and the two after it.
 * Source: C. J. Hutto and E. Gilbert, "VADER", ICWSM 2014, and the program that came with it.
 */
export function valenceAt(
  tokens: readonly Token[],
  i: number,
  { capDiff, idioms }: Setting,
): number {
  const token = tokens[i];
  const value = token?.value;
  if (token === undefined || value === undefined) return 0;
  if (boosters.has(token.lower) || (token.lower === 'kind' && lowerAt(tokens, i + 1) === 'of'))
    return 0;
  let v = afterNo(tokens, i, token.lower, value);
  if (token.upper && capDiff) v += v > 0 ? C_INCR : -C_INCR;
  for (let k = 0; k < 3 && i > k; k += 1) {
    const before = tokens[i - k - 1];
    if (before === undefined || before.value !== undefined) continue;
    v += degreeOf(before, v, capDiff) * (DAMPING[k] ?? 0);
    v = afterNegation(tokens, i, k, v);
    if (k === 2 && idioms) v = afterIdioms(tokens, i, v);
  }
  const least = lowerAt(tokens, i - 1) === 'least' && tokens[i - 1]?.value === undefined;
  if (least && !(i > 1 && ['at', 'very'].includes(lowerAt(tokens, i - 2)))) v *= N_SCALAR;
  return v;
}

function lowerAt(tokens: readonly Token[], i: number): string {
  return tokens[i]?.lower ?? '';
}

/** "no" before a polar word says nothing itself; the word after it is denied. */
function afterNo(tokens: readonly Token[], i: number, lower: string, value: number): number {
  const v = lower === 'no' && tokens[i + 1]?.value !== undefined ? 0 : value;
  const one = lowerAt(tokens, i - 1);
  const denied =
    one === 'no' ||
    lowerAt(tokens, i - 2) === 'no' ||
    (lowerAt(tokens, i - 3) === 'no' && (one === 'or' || one === 'nor'));
  return denied ? value * N_SCALAR : v;
}

function degreeOf(token: Token, v: number, capDiff: boolean): number {
  const step = boosters.get(token.lower);
  if (step === undefined) return 0;
  const signed = v < 0 ? -step : step;
  if (!token.upper || !capDiff) return signed;
  return signed + (v > 0 ? C_INCR : -C_INCR);
}

function afterNegation(tokens: readonly Token[], i: number, k: number, v: number): number {
  const one = lowerAt(tokens, i - 1);
  const two = lowerAt(tokens, i - 2);
  const three = lowerAt(tokens, i - 3);
  const isSo = (word: string): boolean => word === 'so' || word === 'this';
  if (k === 1) {
    if (two === 'never' && isSo(one)) return v * EMPHASIS_OF_NEVER_SO;
    if (two === 'without' && one === 'doubt') return v;
  }
  if (k === 2) {
    // The original's precedence: "so" or "this" right before the word is enough, with or without "never".
    if ((three === 'never' && isSo(two)) || isSo(one)) return v * EMPHASIS_OF_NEVER_SO;
    if (three === 'without' && (two === 'doubt' || one === 'doubt')) return v;
  }
  return isNegation(lowerAt(tokens, i - k - 1)) ? v * N_SCALAR : v;
}

/** S14: fixed expressions around the word, then "kind of" and its like before it. */
function afterIdioms(tokens: readonly Token[], i: number, value: number): number {
  const [three, two, one, word] = [3, 2, 1, 0].map((back) => lowerAt(tokens, i - back));
  let v = value;
  const before = [
    `${one} ${word}`,
    `${two} ${one} ${word}`,
    `${two} ${one}`,
    `${three} ${two} ${one}`,
    `${three} ${two}`,
  ].find((phrase) => specialCases.has(phrase));
  if (before !== undefined) v = specialCases.get(before) ?? v;
  if (i + 1 < tokens.length) v = specialCases.get(`${word} ${lowerAt(tokens, i + 1)}`) ?? v;
  if (i + 2 < tokens.length)
    v = specialCases.get(`${word} ${lowerAt(tokens, i + 1)} ${lowerAt(tokens, i + 2)}`) ?? v;
  for (const phrase of [`${three} ${two} ${one}`, `${three} ${two}`, `${two} ${one}`])
    v += boosters.get(phrase) ?? 0;
  return v;
}
