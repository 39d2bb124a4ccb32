import { createHash } from 'node:crypto';
import type { Brigade, WorldPost, WorldSideEvent } from '../social/events.ts';
import type { PostFate } from '../social/plan.ts';
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
    }
  | { readonly kind: 'post'; readonly fate: PostFate; readonly post: WorldPost }
  /** A frame of Jetstream that is no message. */
  | {
      readonly kind: 'social-frame';
      readonly fate: 'garbage';
      readonly text: string;
      readonly sha256: string;
    }
  | { readonly kind: 'account'; readonly fate: 'deleted'; readonly account: WorldSideEvent }
  | { readonly kind: 'brigade'; readonly fate: 'planted'; readonly brigade: Brigade }
  | { readonly kind: 'silence'; readonly fate: 'planted'; readonly silence: Silence };

/** A source that said nothing in [fromUs, toUs). */
export interface Silence {
  readonly source: 'venue' | 'jetstream' | 'broker';
  readonly fromUs: number;
  readonly toUs: number;
}

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
