import type { Subscription } from './channel-hub.ts';
import type { Cursor, Frame, LatestChannel } from './latest-channel.ts';

/** Where a new subscription begins. */
export interface Beginning extends Cursor {
  /** `resumed`: frames after `seq` are all that is needed; `resynced`: the snapshot of `seq` comes first. */
  readonly verdict: 'resumed' | 'resynced';
}

/** A cursor is believed only if this channel, in this epoch, still knows everything after it. */
export function beginAt(channel: LatestChannel, cursor: Cursor | null): Beginning {
  return cursor !== null && channel.covers(cursor)
    ? { verdict: 'resumed', ...cursor }
    : { verdict: 'resynced', ...channel.cursor };
}

/** The frame that brings a subscription up to date, and the updates that it hides (conflation). */
export function takeFrame(subscription: Subscription): Frame & { readonly hiddenCount: number } {
  const { channel, sentSeq } = subscription;
  const frame = channel.frameAfter(sentSeq);
  subscription.sentSeq = frame.seq;
  subscription.isTold = false;
  return { ...frame, hiddenCount: frame.seq - sentSeq - frame.itemCount };
}
