import type { LogVersion } from '@groundswell/domain';
import type { LiveItem } from '@groundswell/schemas';
import type { ChannelName } from '../core/channel-name.ts';
import type { ChannelItem } from '../core/latest-channel.ts';

/** One record's effect on one channel. The item is made only if somebody may want it. */
export interface Update {
  readonly kind: ChannelName['kind'];
  readonly channel: string;
  item(): ChannelItem;
}

/** Turns a decoded record into its update; null where no channel shows it. */
export type Route<R> = (record: R, place: LogVersion) => Update | null;

/** Encode an item once, for every client that will get it. */
export function encodeItem(item: LiveItem, ingestTimeUs: number): ChannelItem {
  const { key, lineage, ver } = item;
  return { key, lineage, ver, ingestTimeUs, json: JSON.stringify(item) };
}
