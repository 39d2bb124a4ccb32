import { vaderRules } from './generated/vader-rules.ts';
import type { Token } from './tokens.ts';

const { ALPHA, EXCLAMATION, EXCLAMATION_MAX, QUESTION, QUESTION_MANY } = vaderRules;
const BEFORE_BUT = 0.5;
const AFTER_BUT = 1.5;

/** S15 as the original has it: every value moves the first index that holds an equal one. Quadratic in the number of equal values. */
export function weighButByValue(tokens: readonly Token[], valences: number[]): void {
  const but = tokens.findIndex(({ lower }) => lower === 'but');
  if (but < 0) return;
  // Zeros move nothing; each index is read when its turn comes, after the changes of the turns before it.
  for (const x of valences) {
    if (x === 0) continue;
    const q = valences.indexOf(x);
    if (q < but) valences[q] = x * BEFORE_BUT;
    else if (q > but) valences[q] = x * AFTER_BUT;
  }
}

/** S23: what stands before the first "but" counts half, what stands behind it half as much again. */
export function weighButByPlace(tokens: readonly Token[], valences: number[]): void {
  const but = tokens.findIndex(({ lower }) => lower === 'but');
  if (but < 0) return;
  for (let j = 0; j < valences.length; j += 1)
    valences[j] = (valences[j] ?? 0) * (j < but ? BEFORE_BUT : AFTER_BUT);
}

/** What exclamation and question marks add to a sum that is not 0 (S16). */
export function punctuationEmphasis(text: string): number {
  let exclamations = 0;
  let questions = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 33) exclamations += 1;
    else if (code === 63) questions += 1;
  }
  const asked = questions > 3 ? QUESTION_MANY : questions > 1 ? questions * QUESTION : 0;
  return Math.min(exclamations, EXCLAMATION_MAX) * EXCLAMATION + asked;
}

export interface Intensity {
  /** In [-1, 1], 4 decimals. */
  readonly compound: number;
  /** Shares of the text, 3 decimals. */
  readonly neg: number;
  readonly neu: number;
  readonly pos: number;
}

/** S16: from valences to the compound and the shares. */
export function intensityOf(valences: readonly number[], amplifier: number): Intensity {
  if (valences.length === 0) return { compound: 0, neg: 0, neu: 0, pos: 0 };
  let sum = 0;
  let up = 0;
  let down = 0;
  let zeros = 0;
  for (const v of valences) {
    sum += v;
    if (v > 0) up += v + 1;
    else if (v < 0) down += v - 1;
    else zeros += 1;
  }
  if (sum > 0) sum += amplifier;
  else if (sum < 0) sum -= amplifier;
  if (up > -down) up += amplifier;
  else if (up < -down) down -= amplifier;
  const total = up - down + zeros;
  return {
    compound: round(Math.min(Math.max(sum / Math.sqrt(sum * sum + ALPHA), -1), 1), 1e4),
    neg: round(-down / total, 1e3),
    neu: round(zeros / total, 1e3),
    pos: round(up / total, 1e3),
  };
}

function round(value: number, scale: number): number {
  // + 0: a negative zero would not be equal to 0 everywhere.
  return Math.round(value * scale) / scale + 0;
}
