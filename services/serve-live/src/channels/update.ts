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

/** An item for every client that will get it: encoded once, when the first asks. Most of a busy channel are replaced before. */
export function encodeItem(item: LiveItem, ingestTimeUs: number): ChannelItem {
  return new LazyItem(item, ingestTimeUs);
}

class LazyItem implements ChannelItem {
  readonly key: string;
  readonly lineage: number;
  readonly ver: ChannelItem['ver'];
  readonly ingestTimeUs: number;
  #item: LiveItem | null;
  #json = '';

  constructor(item: LiveItem, ingestTimeUs: number) {
    this.key = item.key;
    this.lineage = item.lineage;
    this.ver = item.ver;
    this.ingestTimeUs = ingestTimeUs;
    this.#item = item;
  }

  get json(): string {
    if (this.#item !== null) {
      this.#json = JSON.stringify(this.#item);
      this.#item = null;
    }
    return this.#json;
  }
}
