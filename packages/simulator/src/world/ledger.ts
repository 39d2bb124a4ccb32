import { createHash } from 'node:crypto';
import type { WorldTrade, WorldTransaction } from './events.ts';
import type { TradeFate, TransactionFate } from './plan.ts';

/** One thing the world meant to happen, and what was done to it on its way. */
export type LedgerEntry =
  | { readonly kind: 'trade'; readonly fate: TradeFate; readonly trade: WorldTrade }
  | {
      readonly kind: 'transaction';
      readonly fate: TransactionFate;
      readonly transaction: WorldTransaction;
    }
  | {
      readonly kind: 'frame';
      readonly fate: 'garbage';
      readonly text: string;
      readonly sha256: string;
    };

/**
 * Ground truth of a world: each distinct event once. `keep: false` only counts, for worlds without an end.
 */
export interface WorldLedger {
  record(entry: LedgerEntry): void;
  entries(): readonly LedgerEntry[];
  /** `trade/duplicate` -> how many. */
  counts(): Readonly<Record<string, number>>;
}

export function createWorldLedger(options: { readonly keep: boolean }): WorldLedger {
  const entries: LedgerEntry[] = [];
  const counts: Record<string, number> = {};
  return {
    record(entry) {
      const name = `${entry.kind}/${entry.fate}`;
      counts[name] = (counts[name] ?? 0) + 1;
      if (options.keep) entries.push(entry);
    },
    entries: () => entries,
    counts: () => counts,
  };
}

export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
