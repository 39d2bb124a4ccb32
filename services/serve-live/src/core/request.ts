import { parseChannelName, type ChannelName } from './channel-name.ts';
import type { Cursor } from './latest-channel.ts';

export interface ParsedSubscribe {
  readonly name: ChannelName;
  readonly cursor: Cursor | null;
}

const MAX_EPOCH_CHARS = 100;

/** What a `subscribe` asks for, or null if it is not one. A cursor that is none is an error: guessing could skip updates. */
export function parseSubscribe(payload: unknown): ParsedSubscribe | null {
  if (!isObject(payload)) return null;
  const name = parseChannelName(payload['channel']);
  if (name === null) return null;
  const cursor = payload['cursor'];
  if (cursor === undefined || cursor === null) return { name, cursor: null };
  if (!isObject(cursor)) return null;
  const { epoch, seq } = cursor;
  if (typeof epoch !== 'string' || epoch.length > MAX_EPOCH_CHARS) return null;
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 0) return null;
  return { name, cursor: { epoch, seq } };
}

export function parseUnsubscribe(payload: unknown): ChannelName | null {
  return isObject(payload) ? parseChannelName(payload['channel']) : null;
}

/** The token of an `authenticate`; whatever it is, the verifier judges it. */
export function parseAuthenticate(payload: unknown): unknown {
  return isObject(payload) ? payload['token'] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
