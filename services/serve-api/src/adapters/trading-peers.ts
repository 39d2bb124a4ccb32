import { comparePeers, type Trader } from '../core/peers.ts';
import { Problem } from '../core/problem.ts';
import type { TraderReader, TradingPeers } from '../ports.ts';

/** All replicas compare at the same instants, so that they say the same; and everybody is read once per instant, not once per request. */
const STEP_US = 300_000_000;
/** What was published up to an instant is readable this long after it. */
const SETTLED_US = 30_000_000;
/** Instants whose investors are kept. */
const KEPT = 3;
/** With more investors this needs a stage of its own (ADR 23). */
const MAX_TRADERS = 20_000;

export function createTradingPeers(reader: TraderReader, nowMs: () => number): TradingPeers {
  const kept = new Map<number, Promise<readonly Trader[]>>();
  /** Everybody is read for one instant at a time, whatever is asked for. */
  let turn: Promise<unknown> = Promise.resolve();

  function tradersAt(knownAtUs: number): Promise<readonly Trader[]> {
    const known = kept.get(knownAtUs);
    if (known !== undefined) return known;
    const reading = turn.then(() => reader.traders(knownAtUs, MAX_TRADERS + 1));
    turn = reading.catch(() => kept.delete(knownAtUs));
    kept.set(knownAtUs, reading);
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT) break;
      kept.delete(oldest);
    }
    return reading;
  }

  return {
    async compare(investorKey, askedUs) {
      const settledUs = nowMs() * 1000 - SETTLED_US;
      const knownAtUs = floorTo(Math.min(askedUs ?? settledUs, settledUs), STEP_US);
      const traders = await tradersAt(knownAtUs);
      if (traders.length > MAX_TRADERS)
        throw new Problem('unprocessable', `More than ${MAX_TRADERS} investors are not compared.`);
      return { knownAtUs, comparison: comparePeers(traders, investorKey) };
    },
  };
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}
