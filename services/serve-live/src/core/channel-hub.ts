import { LatestChannel, type ChannelItem } from './latest-channel.ts';
import type { ChannelName } from './channel-name.ts';

export interface ChannelPolicy {
  /** Values held at most. */
  readonly capacity: number;
  /** `always`: kept without clients, because no store has its snapshot. `while_used`: made by the first client. */
  readonly keep: 'always' | 'while_used';
}

export const channelPolicies: Readonly<Record<ChannelName['kind'], ChannelPolicy>> = {
  price: { capacity: 16, keep: 'always' },
  market: { capacity: 240, keep: 'while_used' },
  sentiment: { capacity: 240, keep: 'while_used' },
  posts: { capacity: 60, keep: 'while_used' },
  investor: { capacity: 4, keep: 'while_used' },
  sources: { capacity: 1000, keep: 'always' },
};

/** A client's place in a channel. */
export interface Subscription {
  readonly channel: LatestChannel;
  /** Everything up to this seq was written to the client. */
  sentSeq: number;
  /** Told of something newer than `sentSeq`, which it has not taken yet. */
  isTold: boolean;
  /** Something newer than `sentSeq` is there. Called once, until a frame was taken. */
  readonly onChange: (self: Subscription) => void;
}

interface Entry {
  readonly channel: LatestChannel;
  readonly kind: ChannelName['kind'];
  readonly subscriptions: Set<Subscription>;
  unusedSinceMs: number;
}

/** All channels of this replica. A channel that is made anew has a new epoch, so no old cursor can fit it. */
export class ChannelHub {
  readonly #entries = new Map<string, Entry>();
  readonly #newEpoch: () => string;

  /** @param replicaId unique to this start of this replica */
  constructor(replicaId: string) {
    let count = 0;
    this.#newEpoch = () => `${replicaId}.${String((count += 1))}`;
  }

  get size(): number {
    return this.#entries.size;
  }

  find(name: string): LatestChannel | undefined {
    return this.#entries.get(name)?.channel;
  }

  /** Would an item of this channel be kept? Asked before it is encoded. */
  wants(kind: ChannelName['kind'], name: string): boolean {
    return channelPolicies[kind].keep === 'always' || this.#entries.has(name);
  }

  open(kind: ChannelName['kind'], name: string, nowMs: number): LatestChannel {
    let entry = this.#entries.get(name);
    if (entry === undefined) {
      const channel = new LatestChannel(name, channelPolicies[kind].capacity, this.#newEpoch);
      entry = { channel, kind, subscriptions: new Set(), unusedSinceMs: nowMs };
      this.#entries.set(name, entry);
    }
    entry.unusedSinceMs = nowMs; // whoever opens it will join soon
    return entry.channel;
  }

  publish(kind: ChannelName['kind'], name: string, item: ChannelItem, nowMs: number): boolean {
    if (!this.wants(kind, name)) return false;
    const isNewer = this.open(kind, name, nowMs).publish(item);
    if (isNewer) this.#announce(name);
    return isNewer;
  }

  /** Cursors of these channels are void: the log behind them has a hole or was replaced. */
  restart(kind: ChannelName['kind']): void {
    for (const [name, entry] of this.#entries) {
      if (entry.kind !== kind) continue;
      entry.channel.restart();
      this.#announce(name);
    }
  }

  join(
    channel: LatestChannel,
    sentSeq: number,
    onChange: (self: Subscription) => void,
  ): Subscription {
    const isBehind = sentSeq < channel.cursor.seq;
    const subscription = { channel, sentSeq, isTold: isBehind, onChange };
    this.#entries.get(channel.name)?.subscriptions.add(subscription);
    if (isBehind) onChange(subscription);
    return subscription;
  }

  leave(subscription: Subscription, nowMs: number): void {
    const entry = this.#entries.get(subscription.channel.name);
    if (entry === undefined) return;
    entry.subscriptions.delete(subscription);
    entry.unusedSinceMs = nowMs;
  }

  /** Forget channels that had no client for a while; of those kept always, the ones that never had a value. */
  sweep(nowMs: number, unusedForMs: number): void {
    for (const [name, { channel, kind, subscriptions, unusedSinceMs }] of this.#entries) {
      if (subscriptions.size > 0 || nowMs - unusedSinceMs < unusedForMs) continue;
      if (channelPolicies[kind].keep === 'always' && channel.keys.length > 0) continue;
      this.#entries.delete(name);
    }
  }

  #announce(name: string): void {
    for (const subscription of this.#entries.get(name)?.subscriptions ?? []) {
      // Most updates of a busy channel find a client that is waiting for its frame already.
      if (subscription.isTold) continue;
      subscription.isTold = true;
      subscription.onChange(subscription);
    }
  }
}
