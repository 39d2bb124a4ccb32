import type { BackoffClass } from '@groundswell/connector';
import { POST } from './decode.ts';
import type { BlueskyLimits } from './limits.ts';

export type BlueskyApi = 'v1' | 'v2';

/** How far we are on a host. Stored; never used for another API version (K12). */
export interface Position {
  readonly host: string;
  /** Newest time among the frames. */
  readonly timeUs: number;
  /** Newest sequence number, v2 only: means something on this host only (P3). */
  readonly seq: number | null;
  /** False for the moment of the very first start, when no frame was seen yet. */
  readonly seen: boolean;
}

/**
 * The cursor to ask for; inclusive. On the host we come from a little earlier than where we were, on another one by time and some seconds earlier.
 * `seqUseless`: the host said that it no longer has that number, or never had it.
 */
export function cursorFor(
  position: Position,
  host: string,
  seqUseless: boolean,
  limits: Pick<BlueskyLimits, 'rewindUs' | 'rewindSeq' | 'hostSkewUs'>,
): number {
  const { seq, timeUs } = position;
  if (position.host !== host) return timeUs - limits.hostSkewUs;
  if (seq === null || seqUseless) return timeUs - limits.rewindUs;
  return Math.max(1, seq - limits.rewindSeq);
}

/** Address of a subscription: the host, posts only; account events come too, for erasures (P1, P2). */
export function subscriptionUrl(host: string, api: BlueskyApi, cursor: number): string {
  const base = host.replace(/\/+$/, '');
  const query =
    api === 'v1'
      ? new URLSearchParams({ wantedCollections: POST })
      : new URLSearchParams([
          ['kinds', 'commit'],
          ['kinds', 'account'],
          ['collections', POST],
        ]);
  query.set('cursor', String(cursor));
  const path = api === 'v1' ? '/subscribe' : '/xrpc/network.bsky.jetstream.subscribeEvents';
  return `${base}${path}?${query.toString()}`;
}

/** Subprotocols to offer. */
export function protocolsOf(api: BlueskyApi): readonly string[] {
  return api === 'v2' ? ['xrpc.v1.json'] : [];
}

/** Below it a cursor is a number of the host, from it on a time in micros (P3). */
export function isTimeCursor(cursor: number): boolean {
  return cursor >= 1e15;
}

/** What to do about an error by its name (K5). Where we asked by time there is nothing better to ask for: then it is a fault like any other. */
export function classOfError(name: string, cursor: number): BackoffClass {
  switch (name) {
    case 'ConsumerTooSlow':
      return 'SLOW';
    case 'CursorTooOld':
    case 'OutdatedCursor':
    case 'FutureCursor':
      return isTimeCursor(cursor) ? 'NET' : 'CURSOR';
    case 'InvalidRequest':
    case 'AuthRequired':
      return 'STOP';
    default:
      return 'NET';
  }
}
