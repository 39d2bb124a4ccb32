import { createRequire } from 'node:module';
import { InvariantError } from '@groundswell/domain';
import { scanRecords } from './lazy-decoding.ts';

const VERSION = '2.2.4';
const CHECK_INTERVAL_MS = 10;

/** The parts of kafkajs's private RequestQueue that the patch touches. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

/** kafkajs's reader of protocol bytes, as far as it is used here. */
interface Decoder {
  readonly buffer: Buffer;
  offset: number;
}
type DecodeMessages = (decoder: Decoder) => Promise<unknown[]>;

const DECODE_MESSAGES = 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages';

/**
 * Two repairs of kafkajs, once per process.
 *
 * PF3: records of a fetch are found by position and decoded when asked for; `lazy` false keeps kafkajs's own decoding.
 *
 * H10: kafkajs re-arms its throttle check for ever, with a negative delay that Node turns into 1 ms: about 920 wake-ups a second
 * and 2.4 % of a core per idle connection (tulios/kafkajs#1751). Patched: a timer runs only while requests wait. Requests that wait
 * because too many are in flight are also looked at when an answer arrives, as before.
 * @throws InvariantError when the installed kafkajs is not the version that the patch was written for
 */
export function patchKafkaJs(lazy = true): void {
  const require = createRequire(import.meta.url);
  const { version } = require('kafkajs/package.json') as { version: string };
  if (version !== VERSION) {
    throw new InvariantError(`kafkajs ${VERSION} is patched and pinned`, { found: version });
  }
  const Queue = require('kafkajs/src/network/requestQueue') as { prototype: RequestQueue };
  Queue.prototype.scheduleCheckPendingRequests = scheduleCheckPendingRequests;
  // kafkajs loads the parsers of responses when they are first needed, and those take this one from the module cache.
  stock ??= require(DECODE_MESSAGES) as DecodeMessages;
  const cached = require.cache[require.resolve(DECODE_MESSAGES)];
  if (cached !== undefined && lazy) cached.exports = decodeLazily;
}

let stock: DecodeMessages | undefined;

async function decodeLazily(decoder: Decoder): Promise<unknown[]> {
  const { buffer, offset } = decoder;
  const start = offset + 4;
  const size = buffer.length < start ? 0 : buffer.readInt32BE(offset);
  const messages =
    size > 0 && start + size <= buffer.length
      ? scanRecords(buffer.subarray(start, start + size))
      : null;
  if (messages === null) return (await stock?.(decoder)) ?? [];
  decoder.offset = start + size;
  return messages;
}

function scheduleCheckPendingRequests(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
  // kafkajs keeps `throttledUntil` as wall-clock time
  const throttledMs = this.throttledUntil - Date.now();
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    throttledMs > 0 ? throttledMs : CHECK_INTERVAL_MS,
  );
}
