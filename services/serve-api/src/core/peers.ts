import type { PeerComparison } from '@groundswell/schemas';

/** What one investor's newest record says about trading. Amounts as decimal texts. */
export interface Trader {
  readonly investorKey: string;
  readonly currency: string | null;
  readonly equity: string;
  readonly turnover: readonly {
    readonly window_days: number;
    /** Null where the mean equity is not above 0. */
    readonly turnover: number | null;
  }[];
}

const DECILES = 10;
/** A median of fewer says little, and too much about each of them. */
export const MIN_PEERS = 5;

/** Compares one of the traders with its decile by equity; deciles are by rank among those of the same currency. Null: it is not among them. */
export function comparePeers(
  traders: readonly Trader[],
  investorKey: string,
): PeerComparison | null {
  const self = traders.find((trader) => trader.investorKey === investorKey);
  if (self === undefined) return null;
  const ranked = traders.filter((trader) => isComparable(trader, self)).sort(byEquity);
  const rank = ranked.indexOf(self);
  const decileAt = (index: number): number => Math.floor((DECILES * index) / ranked.length) + 1;
  const decile = rank < 0 ? null : decileAt(rank);
  const group = ranked.filter((_, index) => decileAt(index) === decile);
  return {
    currency: self.currency,
    equity_decile: decile,
    investor_count: group.length,
    min_peers: MIN_PEERS,
    windows: self.turnover.map(({ window_days, turnover }) => {
      const known = group.flatMap((peer) => turnoverOf(peer, window_days) ?? []);
      const median_turnover = known.length < MIN_PEERS ? null : median(known);
      const excess_trading =
        turnover === null || median_turnover === null ? null : turnover - median_turnover;
      return { window_days, turnover, peer_count: known.length, median_turnover, excess_trading };
    }),
  };
}

function isComparable({ currency, equity }: Trader, self: Trader): boolean {
  return currency !== null && currency === self.currency && Number(equity) > 0;
}

function byEquity(a: Trader, b: Trader): number {
  return Number(a.equity) - Number(b.equity) || (a.investorKey < b.investorKey ? -1 : 1);
}

function turnoverOf({ turnover }: Trader, windowDays: number): number | null {
  return turnover.find(({ window_days }) => window_days === windowDays)?.turnover ?? null;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
