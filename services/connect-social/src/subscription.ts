import { openSession, type Session } from '@groundswell/connector';
import { STREAM } from './gap.ts';
import {
  classOfError,
  isTimeCursor,
  protocolsOf,
  subscriptionUrl,
  type BlueskyApi,
} from './sources/bluesky/address.ts';
import { decodeFrame, type JetstreamFrame } from './sources/bluesky/decode.ts';
import type { BlueskyLimits } from './sources/bluesky/limits.ts';

export interface SubscriptionOptions {
  readonly host: string;
  readonly api: BlueskyApi;
  readonly cursor: number;
  readonly limits: BlueskyLimits;
  readonly nowMs: () => number;
  readonly onOpen: () => void;
  /** Every frame but an error that ends the connection. */
  readonly onFrame: (frame: JetstreamFrame, text: string) => void;
}

/** One connection to a Jetstream host. The address is the subscription, so an open connection is a confirmed one; nothing is ever sent (P2). */
export function subscribe(options: SubscriptionOptions): Session {
  const { cursor, limits } = options;
  let frame: JetstreamFrame;
  return openSession({
    url: subscriptionUrl(options.host, options.api, cursor),
    protocols: protocolsOf(options.api),
    compress: false,
    pingsCount: false,
    stageMs: limits.stageMs,
    watchdogMs: limits.watchdogMs,
    maxFrameBytes: limits.maxFrameBytes,
    nowMs: options.nowMs,
    wanted: () => [STREAM],
    subscribeText: null,
    // An invalid request is our fault, and asking again does not mend it.
    classOfRefusal: (status, body) =>
      status === 400
        ? classOfError(/"error"\s*:\s*"(\w+)"/.exec(body)?.[1] ?? 'InvalidRequest', cursor)
        : null,
    parse(text) {
      frame = decodeFrame(text);
      // A time ahead of the host's clock: it goes on with what is new, and so do we.
      const isHarmless =
        frame.kind === 'error' && frame.name === 'FutureCursor' && isTimeCursor(cursor);
      if (frame.kind !== 'error' || isHarmless) return { kind: 'ignored', what: frame.kind };
      const backoff = classOfError(frame.name, cursor);
      return { kind: 'failure', backoff, reason: frame.name.slice(0, 80), stream: null };
    },
    onConfirmed: options.onOpen,
    onOutcome: (_outcome, text) => {
      options.onFrame(frame, text);
    },
  });
}
