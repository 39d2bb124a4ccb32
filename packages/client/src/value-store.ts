import { compareVersions } from '@groundswell/domain';
import type { LiveItem } from '@groundswell/schemas';

/** The newest known value of every value key, per channel. */
export interface ValueStore {
  /** Take an item if it is newer than the held one of its key (I7). Returns whether it was. */
  apply(channel: string, item: LiveItem): boolean;
  /** Let a snapshot replace the channel: keys that it has not are dropped, newer held values stay. */
  replace(channel: string, items: readonly LiveItem[]): Replaced;
  get(channel: string, key: string): LiveItem | undefined;
  values(channel: string): ReadonlyMap<string, LiveItem>;
  clear(channel: string): void;
}

export interface Replaced {
  readonly changed: readonly LiveItem[];
  readonly removed: readonly string[];
}

const NOTHING: ReadonlyMap<string, LiveItem> = new Map();

export function createValueStore(): ValueStore {
  const channels = new Map<string, Map<string, LiveItem>>();

  function apply(channel: string, item: LiveItem): boolean {
    let values = channels.get(channel);
    if (values === undefined) {
      values = new Map();
      channels.set(channel, values);
    }
    const held = values.get(item.key);
    if (held !== undefined && compareVersions(item, held) <= 0) return false;
    values.set(item.key, item);
    return true;
  }

  return {
    apply,
    replace(channel, items) {
      const kept = new Set(items.map(({ key }) => key));
      const values = channels.get(channel) ?? NOTHING;
      const removed = [...values.keys()].filter((key) => !kept.has(key));
      for (const key of removed) channels.get(channel)?.delete(key);
      return { changed: items.filter((item) => apply(channel, item)), removed };
    },
    get: (channel, key) => channels.get(channel)?.get(key),
    values: (channel) => channels.get(channel) ?? NOTHING,
    clear: (channel) => void channels.delete(channel),
  };
}
