import { parseIsoUs } from '@groundswell/domain';

/** Place of a frame in the stream of one host. `seq` only v2 has, and only that host understands it (P3). */
export interface FramePlace {
  readonly timeUs: number;
  readonly seq: number | null;
}

/** Closed set: labels of dead letters. */
export type BlueskyRefusal =
  'not_json' | 'bad_envelope' | 'bad_did' | 'bad_time' | 'bad_rkey' | 'bad_rev' | 'bad_record';

/** A frame of either version. Accounts are raw here and nowhere behind it. */
export type JetstreamFrame =
  | {
      readonly kind: 'commit';
      readonly place: FramePlace;
      readonly did: string;
      readonly rkey: string;
      readonly rev: string;
      readonly operation: 'create' | 'update' | 'delete';
      /** Null for a delete. */
      readonly record: Readonly<Record<string, unknown>> | null;
    }
  | { readonly kind: 'account-deleted'; readonly place: FramePlace; readonly did: string }
  /** Of no interest; `place` where it could be read. */
  | { readonly kind: 'ignored'; readonly what: string; readonly place: FramePlace | null }
  | {
      readonly kind: 'refused';
      readonly reason: BlueskyRefusal;
      readonly place: FramePlace | null;
    }
  /** The host ends the connection, or tells that our position is of no use. */
  | { readonly kind: 'error'; readonly name: string };

export const POST = 'app.bsky.feed.post';

type Fields = Readonly<Record<string, unknown>>;

/**
 * One frame of Jetstream v1 or v2 (P1, P2). v2 wraps what v1 says at the top, spreads the commit over the envelope and writes times as text. Pure.
 * Unknown kinds, collections and operations are ignored (K15).
 */
export function decodeFrame(text: string): JetstreamFrame {
  const frame = readObject(text);
  if (frame === null) return { kind: 'refused', reason: 'not_json', place: null };
  const { $type: type } = frame;
  if (type === 'error') return { kind: 'error', name: textOf(frame['error']) };
  if (type === 'message') return decodePayload(fieldsOf(frame['payload']));
  if (type !== undefined) return { kind: 'ignored', what: 'envelope', place: null };
  const place = placeOf(frame['time_us'], null);
  const { kind } = frame;
  if (kind === 'commit') return decodeCommit(frame['did'], place, fieldsOf(frame['commit']));
  return decodeOther(kind, frame['did'], place, fieldsOf(frame['account']));
}

const V2_TYPE = /^network\.bsky\.jetstream\.subscribeEvents#([a-z]+)$/;

function decodePayload(payload: Fields): JetstreamFrame {
  const kind = V2_TYPE.exec(textOf(payload['$type']))?.[1];
  if (kind === undefined) return { kind: 'ignored', what: 'envelope', place: null };
  if (kind === 'info') {
    const name = textOf(payload['name']);
    // The others say what the first event shows anyway.
    return name === 'FutureCursor'
      ? { kind: 'error', name }
      : { kind: 'ignored', what: 'info', place: null };
  }
  const place = placeOf(microsOf(payload['time']), payload['seq']);
  if (kind === 'commit') return decodeCommit(payload['did'], place, payload);
  return decodeOther(kind, payload['did'], place, fieldsOf(payload['account']));
}

function decodeCommit(
  account: unknown,
  place: FramePlace | null,
  { rev, operation, collection, rkey, record }: Fields,
): JetstreamFrame {
  const refused = (reason: BlueskyRefusal): JetstreamFrame => ({ kind: 'refused', reason, place });
  if (collection === undefined) return refused('bad_envelope');
  if (collection !== POST) return { kind: 'ignored', what: 'collection', place };
  const did = didOf(account);
  if (did === null) return refused('bad_did');
  if (place === null) return refused('bad_time');
  // Record keys of posts are TIDs; other short names are harmless, a colon could hide an account.
  if (typeof rkey !== 'string' || !/^[A-Za-z0-9._~-]{1,64}$/.test(rkey)) return refused('bad_rkey');
  if (typeof rev !== 'string' || !/^[A-Za-z0-9]{1,32}$/.test(rev)) return refused('bad_rev');
  if (operation === 'delete') {
    return { kind: 'commit', place, did, rkey, rev, operation, record: null };
  }
  if (operation !== 'create' && operation !== 'update') {
    return { kind: 'ignored', what: 'operation', place };
  }
  const fields = fieldsOf(record);
  if (typeof fields['text'] !== 'string') return refused('bad_record');
  return { kind: 'commit', place, did, rkey, rev, operation, record: fields };
}

function decodeOther(
  kind: unknown,
  account: unknown,
  place: FramePlace | null,
  { active, status }: Fields,
): JetstreamFrame {
  if (typeof kind !== 'string') return { kind: 'refused', reason: 'bad_envelope', place };
  // Deactivated, suspended and taken down accounts may come back; a deleted one must be erased (P4, R3).
  if (kind !== 'account' || active !== false || status !== 'deleted') {
    const what = ['identity', 'account', 'sync'].includes(kind) ? kind : 'kind';
    return { kind: 'ignored', what, place };
  }
  const did = didOf(account);
  if (did === null) return { kind: 'refused', reason: 'bad_did', place };
  if (place === null) return { kind: 'refused', reason: 'bad_time', place };
  return { kind: 'account-deleted', place, did };
}

/** 2100-01-01: a time beyond it, or before 2000, is no time. */
const LATEST_US = 4_102_444_800_000_000;
const EARLIEST_US = 946_684_800_000_000;

function placeOf(timeUs: unknown, seq: unknown): FramePlace | null {
  if (typeof timeUs !== 'number' || !Number.isSafeInteger(timeUs)) return null;
  if (timeUs < EARLIEST_US || timeUs > LATEST_US) return null;
  const hasSeq = typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0;
  return { timeUs, seq: hasSeq ? seq : null };
}

function didOf(value: unknown): string | null {
  return typeof value === 'string' && /^did:[a-z0-9]+:[A-Za-z0-9._:%-]{1,200}$/.test(value)
    ? value
    : null;
}

/** A time as text; bad input is an outcome (ER1), so what the parser throws is null here. */
export function microsOf(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  try {
    return parseIsoUs(value).us;
  } catch {
    return null;
  }
}

function readObject(text: string): Fields | null {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : null;
  } catch {
    return null;
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
