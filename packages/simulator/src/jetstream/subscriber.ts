import type { WebSocket } from 'ws';
import type { JetstreamFaults } from './faults.ts';
import {
  eventFrame,
  infoFrame,
  terminalErrorFrame,
  type JetstreamVersion,
  type LoggedEvent,
} from './frames.ts';
import type { ReplayLog } from './replay-log.ts';
import type { JetstreamRequest } from './request.ts';

/** A connection that cannot drain is kicked at this many buffered bytes; a whole replay fits. */
const MAX_BUFFERED_BYTES = 256 * 1024 * 1024;

/** One connection of the fake Jetstream: its filter and what is sent to it. */
export interface Subscriber {
  readonly version: JetstreamVersion;
  /** Send an event if the connection asked for such. */
  send(logged: LoggedEvent): void;
  /** v2: an error frame, then a close; v1 knows no error frames. */
  end(error: string, text: string): void;
}

/** Replays from the cursor at once; what is published afterwards is live. */
export function createSubscriber(
  client: WebSocket,
  { version, cursor, wants }: JetstreamRequest,
  { log, faults }: { readonly log: ReplayLog; readonly faults: JetstreamFaults },
): Subscriber {
  /** Where to replay from; waits while the instance is silent, so that nobody who came back in a silence misses what it hid. */
  let from = faults.ignoreCursors ? null : cursor;

  function send(logged: LoggedEvent): void {
    if (faults.silent) return;
    // What is sent was taken in before, so the replay holds it.
    if (from === null) write(logged);
    else start();
  }

  function write(logged: LoggedEvent): void {
    if (!wants(logged.event)) return;
    if (client.bufferedAmount > MAX_BUFFERED_BYTES) end('ConsumerTooSlow', 'too far behind');
    else client.send(eventFrame(logged, version));
  }

  function end(error: string, text: string): void {
    if (version === 'v2') client.send(terminalErrorFrame(error, text));
    client.close(1008, error);
  }

  function start(): void {
    if (from === null || faults.silent) return;
    const found = log.from(from);
    faults.replays += 1;
    if (found.cursor === 'clamped') faults.clampedCursors += 1;
    if (version === 'v2' && found.cursor === 'clamped') {
      client.send(infoFrame('OutdatedCursor', `resumed from seq ${found.events[0]?.seq ?? 0}`));
    }
    if (version === 'v2' && found.cursor === 'future') {
      client.send(infoFrame('FutureCursor', 'started at the live tip'));
    }
    from = null;
    for (const logged of found.events) write(logged);
  }

  start();
  client.on('message', () => {
    faults.clientFrames += 1;
    // v1 takes options there; v2 only ever speaks.
    if (version === 'v2') end('InvalidRequest', 'this stream takes no messages');
  });
  return { version, send, end };
}
