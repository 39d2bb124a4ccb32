import { formatIsoUs } from '@groundswell/domain';
import { Problem } from '../core/problem.ts';
import type { PrivateReads, TradingPeers } from '../ports.ts';
import { nowText, queryTimeUs } from './answers.ts';
import type { Handlers } from './handlers.ts';
import { readableKey } from './investors.ts';

/** Trading of one investor beside that of others, of whom nothing but a median is told. */
export function peerRoutes(
  peers: TradingPeers,
  reads: PrivateReads,
  nowMs: () => number,
): Pick<Handlers, 'getTradingPeers'> {
  return {
    getTradingPeers: async (req, res) => {
      const investorKey = readableKey(req, res, reads);
      const { knownAtUs, comparison } = await peers.compare(
        investorKey,
        queryTimeUs(req, 'known_at'),
      );
      if (comparison === null)
        throw new Problem(
          'unknown-value',
          `Nothing was known of this entity at ${formatIsoUs(knownAtUs)}, the last comparison.`,
        );
      res.json({
        as_of: nowText(nowMs()),
        known_at: formatIsoUs(knownAtUs),
        served_from: 'history',
        ...comparison,
      });
    },
  };
}
