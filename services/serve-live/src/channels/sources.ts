import { parseIsoUs } from '@groundswell/domain';
import {
  recordMaps,
  type Gap,
  type GapJson,
  type SourceStatus,
  type SourceStatusJson,
} from '@groundswell/schemas';
import type { ChannelItem } from '../core/latest-channel.ts';
import { encodeItem, type Route } from './update.ts';

/** `sources`: the state of every stream of every source, and its gaps. */
export const routeStatus: Route<SourceStatus> = (status) => ({
  kind: 'sources',
  channel: 'sources',
  item: () => statusItem(recordMaps.SourceStatus.toJson(status)),
});

export const routeGap: Route<Gap> = (gap) => ({
  kind: 'sources',
  channel: 'sources',
  item: () => gapItem(recordMaps.Gap.toJson(gap)),
});

export function isGap(record: SourceStatusJson | GapJson): record is GapJson {
  return 'closed' in record;
}

/** A stream has no versions of its own: a later state is the newer one. */
export function statusItem(status: SourceStatusJson): ChannelItem {
  const key = `status|${status.source}/${status.stream}`;
  const ver = parseIsoUs(status.event_time).us;
  return encodeItem({ key, lineage: 0, ver, data: status }, parseIsoUs(status.ingest_time).us);
}

/** A gap is open until a record of the same beginning says that it was filled. */
export function gapItem(gap: GapJson): ChannelItem {
  const begin = gap.from_id ?? gap.from_time ?? gap.event_time;
  const key = `gap|${gap.source}/${gap.stream}|${String(begin)}`;
  const ver = parseIsoUs(gap.ingest_time).us;
  return encodeItem({ key, lineage: 0, ver, data: gap }, ver);
}
