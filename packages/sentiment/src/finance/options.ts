import type { Token } from '../tokens.ts';
import { bearishInstruments, bullishInstruments, closing, opening } from './grammar.ts';

/** Words between an action and its instrument: "bought some weekly 300 calls". */
const REACH = 4;
const STRENGTH = 1.8;

/**
 * S24 (a): a trade is its action times its instrument. Buying calls and selling puts is for a rise, buying puts and covering shorts the other
 * way round for either; the action alone says nothing more.
 */
export function pairTrades(tokens: readonly Token[], ends: readonly boolean[]): void {
  for (const [i, instrument] of tokens.entries()) {
    const side = sideOf(instrument.lower);
    if (side === 0) continue;
    for (let at = i - 1; at >= Math.max(0, i - REACH) && ends[at] !== true; at -= 1) {
      const action = tokens[at];
      if (action === undefined || sideOf(action.lower) !== 0) break;
      const way = opening.has(action.lower) ? 1 : closing.has(action.lower) ? -1 : 0;
      if (way === 0) continue;
      instrument.value = way * side * STRENGTH;
      action.value = undefined;
      break;
    }
  }
}

/** 1 for what gains from a rise, -1 for what gains from a fall; "300c" and "250p" are strikes. */
function sideOf(lower: string): -1 | 0 | 1 {
  if (bullishInstruments.has(lower) || /^\$?\d+(?:\.\d+)?c$/.test(lower)) return 1;
  return bearishInstruments.has(lower) || /^\$?\d+(?:\.\d+)?p$/.test(lower) ? -1 : 0;
}
