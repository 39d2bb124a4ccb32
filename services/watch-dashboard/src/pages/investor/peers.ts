import type { PeerComparison } from '@groundswell/schemas';
import type { Answer } from '../../lib/http.ts';
import { formatCount, formatNumber, NOTHING } from '../../lib/format.ts';
import { windowText, type WindowDays } from './record.ts';

/** Answer of `/v1/investors/{key}/peers` (`schemas/openapi/serve-api.yaml`). */
export interface PeersAnswer extends PeerComparison {
  /** Instant of the comparison, ISO 8601. */
  readonly known_at: string;
}

/** Excess trading in words (B3): described, never judged (P6). */
export interface PeersView {
  readonly name: string;
  readonly value: string;
  readonly sentence: string;
  /** The sample, or what is missing. */
  readonly n: string;
  readonly isKnown: boolean;
}

export function peersPath(investorKey: string, knownAt: string | null): string {
  const query = knownAt === null ? '' : `?known_at=${encodeURIComponent(knownAt)}`;
  return `/v1/investors/${encodeURIComponent(investorKey)}/peers${query}`;
}

/** @param answer null = not read yet */
export function peersView(answer: Answer<PeersAnswer> | null, windowDays: WindowDays): PeersView {
  const name = `Excess trading, ${windowText(windowDays)}`;
  const without = (n: string): PeersView => ({
    ...{ name, value: NOTHING, sentence: 'Not shown: too little is known.', n, isKnown: false },
  });
  if (answer === null) return without('not compared yet');
  if (!answer.ok) {
    const { status, title } = answer.problem;
    return without(status === 404 ? 'needs a comparison; they are made every five minutes' : title);
  }
  const peers = answer.value;
  if (peers.equity_decile === null) return without('needs an equity above 0');
  const found = peers.windows.find(({ window_days }) => window_days === windowDays);
  if (found === undefined || found.turnover === null) return without('needs a turnover');
  const count = formatCount(found.peer_count);
  const at = `${peers.known_at.slice(11, 16)} UTC`;
  if (found.excess_trading === null || found.median_turnover === null) {
    const min = formatCount(peers.min_peers);
    return without(`needs ${min} in the same tenth by equity, has ${count} at ${at}`);
  }
  const excess = found.excess_trading;
  return {
    name,
    value: `${excess > 0 ? '+' : ''}${times(excess)}`,
    sentence:
      `Turnover ${times(found.turnover)} against a median of ${times(found.median_turnover)} among those ` +
      `with about as much (tenth ${String(peers.equity_decile)} of 10).`,
    n: `n ${count} investors at ${at}`,
    isKnown: true,
  };
}

function times(value: number): string {
  return formatNumber(value, { decimals: Math.abs(value) >= 10 ? 1 : 2 });
}
