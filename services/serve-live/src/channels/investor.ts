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
  const { event_id, op, ref_event_id, sequence, event_time_nanos_rem, positions, ...data } = record;
  void [event_id, op, ref_event_id, sequence, event_time_nanos_rem, positions]; // envelope, of no use to a client
  return encodeItem(
    {
      key: `${record.feature_set}|${record.entity}`,
      lineage: record.lineage,
      ver: record.revision,
      data: data satisfies InvestorData,
    },
    parseIsoUs(record.ingest_time).us,
  );
}
