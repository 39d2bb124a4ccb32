import { formatIsoUs } from '@groundswell/domain';
import type { JetstreamAccount, JetstreamEvent, JetstreamIdentity } from './events.ts';

/** Wire texts in the field order of the recorded v1 frames and of the v2 lexicon. */

export type JetstreamVersion = 'v1' | 'v2';

/** An event in the order an instance took it in. `seq` counts from 1 and means something on this instance only. */
export interface LoggedEvent {
  readonly seq: number;
  readonly event: JetstreamEvent;
}

const SCHEMA = 'network.bsky.jetstream.subscribeEvents';
/** The relay's own numbers, other than the instance's. */
const RELAY_SEQ_OFFSET = 31_500_000_000;

export function eventFrame({ seq, event }: LoggedEvent, version: JetstreamVersion): string {
  return version === 'v1' ? v1Frame(seq, event) : v2Frame(seq, event);
}

function v1Frame(seq: number, event: JetstreamEvent): string {
  const { did, timeUs, kind } = event;
  if (event.kind !== 'commit') {
    return JSON.stringify({ did, time_us: timeUs, kind, [kind]: upstream(seq, event) });
  }
  const { rev, operation, collection, rkey, record, cid } = event;
  const commit = { rev, operation, collection, rkey, record, cid };
  return JSON.stringify({ did, time_us: timeUs, kind, commit });
}

function v2Frame(seq: number, event: JetstreamEvent): string {
  const { did, kind } = event;
  const time = formatIsoUs(event.timeUs);
  const head = { $type: `${SCHEMA}#${kind}`, seq, did, time };
  if (event.kind !== 'commit') return message({ ...head, [kind]: upstream(seq, event) });
  const { rev, operation, collection, rkey, record, cid } = event;
  return message({ ...head, rev, operation, collection, rkey, cid, record });
}

/** Identity and account events carry the relay's event as it was. */
function upstream(
  seq: number,
  event: JetstreamIdentity | JetstreamAccount,
): Readonly<Record<string, unknown>> {
  const { did } = event;
  const time = formatIsoUs(event.timeUs);
  const relaySeq = RELAY_SEQ_OFFSET + seq;
  if (event.kind === 'identity') return { did, seq: relaySeq, time };
  return { active: event.active, did, seq: relaySeq, status: event.status, time };
}

/** A notice without seq: the cursor was moved. */
export function infoFrame(name: 'OutdatedCursor' | 'FutureCursor', text: string): string {
  return message({ $type: `${SCHEMA}#info`, name, message: text });
}

/** The connection closes right after it. */
export function terminalErrorFrame(error: string, text: string): string {
  return JSON.stringify({ $type: 'error', error, message: text });
}

function message(payload: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ $type: 'message', payload });
}
