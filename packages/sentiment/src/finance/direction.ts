import type { Token } from '../tokens.ts';
import { badThings, downward, goodThings, upward } from './grammar.ts';

/** Words between a thing and its movement: "profit for the quarter rises". */
const REACH = 3;
const GOOD = 1.8;
const BAD = -2;
/** Relief weighs less than damage: a loss that narrows is still a loss. */
const RELIEF = 1.6;

/**
 * S24 (c), polarity shifters: what moves decides what its movement means ("outflows ease" is good, "profit falls" is not). The nearest movement
 * takes the thing's place; words before the thing's own end of clause are not looked at.
 */
export function shiftPolarity(tokens: readonly Token[], ends: readonly boolean[]): void {
  const taken = new Set<number>();
  for (const [i, thing] of tokens.entries()) {
    const isBad = badThings.has(thing.lower);
    if (taken.has(i) || (!isBad && !goodThings.has(thing.lower))) continue;
    const at = nearestMovement(tokens, ends, i, taken);
    const movement = tokens[at];
    if (movement === undefined) continue;
    const goesUp = upward.has(movement.lower);
    movement.value = goesUp ? (isBad ? BAD : GOOD) : isBad ? RELIEF : BAD;
    thing.value = undefined;
    taken.add(at);
  }
}

/** Behind the thing first ("profit falls"), then before it ("cuts costs"). @returns -1 if nothing moves */
function nearestMovement(
  tokens: readonly Token[],
  ends: readonly boolean[],
  i: number,
  taken: ReadonlySet<number>,
): number {
  const moves = (at: number): boolean => {
    const word = tokens[at]?.lower ?? '';
    return !taken.has(at) && (upward.has(word) || downward.has(word));
  };
  for (let at = i + 1; at <= i + REACH && at < tokens.length && ends[at - 1] !== true; at += 1) {
    if (moves(at)) return at;
    if (isThing(tokens[at])) break;
  }
  for (let at = i - 1; at >= Math.max(0, i - REACH) && ends[at] !== true; at -= 1) {
    if (moves(at)) return at;
    if (isThing(tokens[at])) break;
  }
  return -1;
}

function isThing(token: Token | undefined): boolean {
  return token !== undefined && (badThings.has(token.lower) || goodThings.has(token.lower));
}
