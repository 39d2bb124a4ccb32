/**
 * Socket.IO 5 packets in Engine.IO 4 frames, as far as `serve-live` speaks them: text only, namespace `/`, one packet a frame.
 * k6 has no Socket.IO client, and a real one would hide what is measured here.
 */

/**
 * @typedef {{ readonly kind: 'open', readonly pingMs: number }
 *   | { readonly kind: 'ping' }
 *   | { readonly kind: 'connected' }
 *   | { readonly kind: 'refused', readonly status: number }
 *   | { readonly kind: 'event', readonly name: string, readonly payload: unknown }
 *   | { readonly kind: 'ack', readonly id: number, readonly payload: unknown }
 *   | { readonly kind: 'closed' }
 *   | { readonly kind: 'unknown' }} Packet
 */

/** Answer to a ping. */
export const PONG = '3';

/** Address of the WebSocket below an `http(s)` address. @param {string} baseUrl */
export const socketUrl = (baseUrl) =>
  `${baseUrl.replace(/^http/, 'ws').replace(/\/$/, '')}/socket.io/?EIO=4&transport=websocket`;

/** @param {object} auth what the handshake carries: `{token}` */
export const connectPacket = (auth) => `40${JSON.stringify(auth)}`;

/**
 * @param {string} name
 * @param {unknown} payload
 * @param {number} [ackId] the answer comes as `ack` of this id
 */
export const eventPacket = (name, payload, ackId) =>
  `42${ackId ?? ''}${JSON.stringify([name, payload])}`;

/**
 * What a frame says; `unknown` for anything that this protocol does not have.
 * @param {string} text
 * @returns {Packet}
 */
export function parsePacket(text) {
  switch (text.charAt(0)) {
    case '0':
      return { kind: 'open', pingMs: Number(membersOf(parseJson(text.slice(1)))['pingInterval']) };
    case '1':
      return { kind: 'closed' };
    case '2':
      return { kind: 'ping' };
    case '4':
      return parseMessage(text.slice(1));
    default:
      return { kind: 'unknown' };
  }
}

/** @param {string} text @returns {Packet} */
function parseMessage(text) {
  switch (text.charAt(0)) {
    case '0':
      return { kind: 'connected' };
    case '1':
      return { kind: 'closed' };
    case '2':
      return parseEvent(text.slice(1));
    case '3':
      return parseAck(text.slice(1));
    case '4':
      return {
        kind: 'refused',
        status: Number(membersOf(membersOf(parseJson(text.slice(1)))['data'])['status']),
      };
    default:
      return { kind: 'unknown' };
  }
}

/** @param {string} text @returns {Packet} */
function parseEvent(text) {
  const list = parseJson(text);
  if (!Array.isArray(list) || typeof list[0] !== 'string') return { kind: 'unknown' };
  return { kind: 'event', name: list[0], payload: list[1] };
}

/**
 * Snapshots stay unread: they are a hundred times the rest of an answer, and the generator shares the machine with what it measures.
 * @param {string} text
 * @returns {Packet}
 */
function parseAck(text) {
  const digits = /^\d+/.exec(text)?.[0];
  if (digits === undefined) return { kind: 'unknown' };
  const snapshotAt = text.indexOf(',"snapshot":[');
  const body = text.slice(digits.length, snapshotAt < 0 ? undefined : snapshotAt);
  const list = parseJson(snapshotAt < 0 ? body : `${body}}]`);
  return Array.isArray(list)
    ? { kind: 'ack', id: Number(digits), payload: list[0] }
    : { kind: 'unknown' };
}

/** @param {string} text @returns {unknown} undefined if it is no JSON */
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param {unknown} value @returns {Readonly<Record<string, unknown>>} */
function membersOf(value) {
  return typeof value === 'object' && value !== null
    ? /** @type {Readonly<Record<string, unknown>>} */ (value)
    : {};
}
