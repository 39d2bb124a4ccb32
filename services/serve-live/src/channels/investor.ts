import { parseIsoUs } from '@groundswell/domain';
import {
  recordMaps,
  type InvestorBehaviour,
  type InvestorBehaviourJson,
  type InvestorData,
} from '@groundswell/schemas';
import type { ChannelItem } from '../core/latest-channel.ts';
import { encodeItem, type Route } from './update.ts';

/** `investor:<investor_key>`: ledger and behaviour of one investor. Private: the name comes from the record, never from a client. */
export const routeInvestor: Route<InvestorBehaviour> = (record) => ({
  kind: 'investor',
  channel: `investor:${record.investorKey}`,
  item: () => investorItem(recordMaps.InvestorBehaviour.toJson(record)),
});

export function investorItem(record: InvestorBehaviourJson): ChannelItem {
  return encodeItem(
    {
      key: `${record.feature_set}|${record.entity}`,
      lineage: record.lineage,
      ver: record.revision,
      data: dataOf(record),
    },
    parseIsoUs(record.ingest_time).us,
  );
}

/** Of no use to a client: the envelope of the event, and positions in topics that it cannot read. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'event_id',
  'op',
  'ref_event_id',
  'sequence',
  'event_time_nanos_rem',
  'positions',
] satisfies (keyof InvestorBehaviourJson)[]);

function dataOf(record: InvestorBehaviourJson): InvestorData {
  const kept = Object.entries(record).filter(([name]) => !LEFT_OUT.has(name));
  return Object.fromEntries(kept) as unknown as InvestorData;
}
