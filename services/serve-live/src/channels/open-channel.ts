import type { ChannelHub } from '../core/channel-hub.ts';
import type { ChannelName } from '../core/channel-name.ts';
import type { ChannelItem, LatestChannel } from '../core/latest-channel.ts';
import type { Clock, SnapshotReader } from '../ports.ts';
import { investorItem } from './investor.ts';
import { barItem } from './market.ts';
import { postItem } from './posts.ts';
import { moodItem } from './sentiment.ts';
import { gapItem, isGap, statusItem } from './sources.ts';

export interface OpenChannelOptions {
  readonly hub: ChannelHub;
  readonly snapshots: SnapshotReader;
  readonly clock: Clock;
  /** Bars of each feed, or windows of mood, in a new client's snapshot. */
  readonly windowCount: number;
}

/**
 * Opens channels with their state. The channel exists, and so takes what the log brings, *before* the store is read: an update is
 * in the store's answer or comes by the log, perhaps both, and the newer version stays (I7).
 */
export function createOpenChannel(
  options: OpenChannelOptions,
): (name: ChannelName) => Promise<LatestChannel> {
  const { hub, clock } = options;
  const filled = new WeakSet<LatestChannel>();
  const filling = new Map<LatestChannel, Promise<void>>();

  async function fill(name: ChannelName, channel: LatestChannel): Promise<void> {
    const { items, isComplete } = await readItems(name, options);
    for (const item of items) hub.publish(name.kind, name.text, item, clock.nowMs());
    if (isComplete) filled.add(channel);
  }

  return async (name) => {
    const channel = hub.open(name.kind, name.text, clock.nowMs());
    if (filled.has(channel)) return channel;
    let pending = filling.get(channel);
    if (pending === undefined) {
      pending = fill(name, channel).finally(() => filling.delete(channel));
      filling.set(channel, pending);
    }
    await pending;
    return channel;
  };
}

/** Posts in a new client's snapshot. */
const SNAPSHOT_POSTS = 50;

interface Filling {
  readonly items: readonly ChannelItem[];
  readonly isComplete: boolean;
}

async function readItems(
  name: ChannelName,
  { hub, snapshots, windowCount }: OpenChannelOptions,
): Promise<Filling> {
  switch (name.kind) {
    case 'price':
      return { items: [], isComplete: true }; // no store has it; the tail of the topic was read at start
    case 'market': {
      const feeds = (hub.find(`price:${name.instrument}`)?.keys ?? []).map(feedOf);
      const { instrument, windowSizeMs } = name;
      const found = await snapshots.bars(instrument, windowSizeMs, feeds, windowCount);
      return { items: found.records.map(barItem), isComplete: found.isComplete };
    }
    case 'sentiment': {
      const found = await snapshots.moods(name.instrument, name.windowSizeMs, windowCount);
      return { items: found.records.map(moodItem), isComplete: found.isComplete };
    }
    case 'posts': {
      const found = await snapshots.posts(name.instrument, SNAPSHOT_POSTS);
      return { items: found.records.map(postItem), isComplete: found.isComplete };
    }
    case 'investor': {
      const found = await snapshots.investor(name.investorKey);
      return { items: found.records.map(investorItem), isComplete: found.isComplete };
    }
    case 'sources': {
      const found = await snapshots.sources();
      const items = found.records.map((it) => (isGap(it) ? gapItem(it) : statusItem(it)));
      return { items, isComplete: found.isComplete };
    }
  }
}

function feedOf(entity: string): string {
  return entity.slice(entity.lastIndexOf('@') + 1);
}
