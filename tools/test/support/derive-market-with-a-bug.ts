/** A release of derive-market that refuses good trades of some time: what a redrive repairs once the next release is out. */
import { createTopology } from '@groundswell/derive-market';
import type { Trade } from '@groundswell/schemas';
import { derivationFields, runDerivationService } from '@groundswell/worker';

const { BUG_FROM_US = '0', BUG_TO_US = '0' } = process.env;

await runDerivationService('derive-market', derivationFields(9102), () => {
  const topology = createTopology(new Map());
  const { 'market.trade.v1': source } = topology.sources;
  const validate = (trade: Trade) =>
    trade.eventTimeUs >= Number(BUG_FROM_US) && trade.eventTimeUs < Number(BUG_TO_US)
      ? 'out_of_range'
      : source.validate(trade);
  const sources = { 'market.trade.v1': { ...source, validate } };
  return Promise.resolve({ ...topology, sources });
});
