import { compareVersions, type Versioned } from '@groundswell/domain';
import type { LiveItem } from '@groundswell/schemas';
import { isTakenBack, newestBound, type NewestBound } from './channel-bounds.ts';

/** The newest known value of every value key, per channel. Channels that show recent things keep the newest ones only. */
export interface ValueStore {
  /** Take an item if it is newer than what was known of its key (I7). */
  apply(channel: string, item: LiveItem): Applied;
  /** Let a snapshot replace the channel: keys that it has not are dropped, newer held values stay. */
  replace(channel: string, items: readonly LiveItem[]): Replaced;
  get(channel: string, key: string): LiveItem | undefined;
  values(channel: string): ReadonlyMap<string, LiveItem>;
  clear(channel: string): void;
}

export interface Applied {
  /** Is the item's value held now? */
  readonly isShown: boolean;
  /** Keys that are held no more: taken back, or older than the channel keeps. */
  readonly removed: readonly string[];
}

export interface Replaced {
  readonly changed: readonly LiveItem[];
  readonly removed: readonly string[];
}

interface Channel {
  readonly values: Map<string, LiveItem>;
  /** Versions of what was taken back: an older value of the key must not return (processing.md section 6). */
  readonly takenBack: Map<string, Versioned>;
  readonly bound: NewestBound | null;
}

const MAX_TAKEN_BACK = 500;
const NOTHING: ReadonlyMap<string, LiveItem> = new Map();

export function createValueStore(): ValueStore {
  const channels = new Map<string, Channel>();

  function channelOf(name: string): Channel {
    let channel = channels.get(name);
    if (channel === undefined) {
      channel = { values: new Map(), takenBack: new Map(), bound: newestBound(name) };
      channels.set(name, channel);
    }
    return channel;
  }

  function apply(name: string, item: LiveItem): Applied {
    const { values, takenBack, bound } = channelOf(name);
    const known = values.get(item.key) ?? takenBack.get(item.key);
    if (known !== undefined && compareVersions(item, known) <= 0) {
      return { isShown: false, removed: [] };
    }
    takenBack.delete(item.key);
    if (isTakenBack(item)) {
      const wasShown = values.delete(item.key);
      remember(takenBack, item);
      return { isShown: false, removed: wasShown ? [item.key] : [] };
    }
    const isNew = !values.has(item.key);
    values.set(item.key, item);
    const removed = isNew && bound !== null ? bound.beyond(values) : [];
    for (const key of removed) values.delete(key);
    return { isShown: !removed.includes(item.key), removed };
  }

  return {
    apply,
    replace(name, items) {
      const kept = new Set(items.map(({ key }) => key));
      const { values } = channelOf(name);
      const removed = new Set([...values.keys()].filter((key) => !kept.has(key)));
      for (const key of removed) values.delete(key);
      const changed = items.filter((item) => {
        const applied = apply(name, item);
        for (const key of applied.removed) removed.add(key);
        return applied.isShown;
      });
      return {
        changed: changed.filter(({ key }) => values.has(key)),
        removed: [...removed].filter((key) => !values.has(key)),
      };
    },
    get: (name, key) => channels.get(name)?.values.get(key),
    values: (name) => channels.get(name)?.values ?? NOTHING,
    clear: (name) => void channels.delete(name),
  };
}

function remember(takenBack: Map<string, Versioned>, { key, lineage, ver }: LiveItem): void {
  takenBack.set(key, { lineage, ver });
  if (takenBack.size <= MAX_TAKEN_BACK) return;
  for (const oldest of takenBack.keys()) {
    takenBack.delete(oldest);
    return;
  }
}
