/** One client of `serve-live` on a plain WebSocket: joins channels, watches that nothing is missing, tells how old what it gets is. */

import { check } from 'k6';
import { WebSocket } from 'k6/websockets';
import { Coverage } from './coverage.js';
import * as metrics from './metrics.js';
import { urls } from './settings.js';
import { tokenOf } from './tokens.js';
import { PONG, connectPacket, eventPacket, parsePacket, socketUrl } from './socket-io.js';

/** A client whose socket closes unasked comes back after this long. */
const RETURN_AFTER_MS = 1000;
/** A token is replaced this long before it ends. */
const RENEW_BEFORE_MS = 30_000;

export class LiveClient {
  #coverage = new Coverage();
  /** @type {Map<number, { channel: string, askedAtMs: number }>} */
  #asked = new Map();
  /** @type {WebSocket | null} */
  #socket = null;
  /** Timers that are left keep k6 from ending. @type {ReturnType<typeof setTimeout> | undefined} */
  #renewal;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #return;
  #nextAck = 0;
  #openedAtMs = 0;
  #unresumed = 0;
  #wasJoined = false;

  /**
   * @param {readonly string[]} channels
   * @param {number} [quietUntilMs] ages are measured from this instant on: while a crowd joins they tell of the joining
   */
  constructor(channels, quietUntilMs = 0) {
    this.channels = channels;
    this.quietUntilMs = quietUntilMs;
  }

  /** Connects, or connects again and asks for what came since. */
  open() {
    const socket = new WebSocket(socketUrl(urls.live));
    this.#socket = socket;
    this.#asked.clear();
    this.#unresumed = 0;
    this.#openedAtMs = Date.now();
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket) this.#heard(socket, data);
    };
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#fault('closed');
      this.#socket = null;
      clearTimeout(this.#renewal);
      this.#return = setTimeout(() => {
        this.open();
      }, RETURN_AFTER_MS);
    };
  }

  /** Goes away without a word, as a lost network does. */
  drop() {
    const socket = this.#socket;
    this.#socket = null; // what still comes is not ours
    clearTimeout(this.#renewal);
    clearTimeout(this.#return);
    socket?.close();
  }

  /** @param {WebSocket} socket @param {string} text */
  #heard(socket, text) {
    const packet = parsePacket(text);
    switch (packet.kind) {
      case 'open':
        socket.send(connectPacket({ token: tokenOf('viewer') }));
        break;
      case 'ping':
        socket.send(PONG);
        break;
      case 'connected':
        for (const channel of this.channels) this.#subscribe(socket, channel);
        break;
      case 'refused':
        this.#fault(`refused_${String(packet.status)}`);
        break;
      case 'ack':
        this.#answered(packet.id, packet.payload);
        break;
      case 'event':
        this.#event(socket, packet.name, packet.payload);
        break;
      case 'closed':
      case 'unknown':
        this.#fault(packet.kind);
        break;
    }
  }

  /** @param {WebSocket} socket @param {string} channel */
  #subscribe(socket, channel) {
    const id = this.#nextAck++;
    this.#asked.set(id, { channel, askedAtMs: Date.now() });
    const cursor = this.#coverage.asking(channel);
    socket.send(eventPacket('subscribe', cursor ? { channel, cursor } : { channel }, id));
  }

  /** @param {number} id @param {unknown} answer */
  #answered(id, answer) {
    const asked = this.#asked.get(id);
    if (asked === undefined) return; // of an authenticate
    this.#asked.delete(id);
    metrics.subscribeTime.add(Date.now() - asked.askedAtMs);
    const { verdict, fresh, lost } = this.#coverage.answered(
      asked.channel,
      /** @type {import('./coverage.js').Answer} */ (answer),
    );
    if (verdict === 'refused' || verdict === 'wrong') this.#fault(verdict);
    if (verdict !== 'resumed') this.#unresumed += 1;
    if (lost > 0) metrics.lostFrames.add(lost);
    for (const frame of fresh) this.#take(frame);
    if (this.#asked.size > 0) return;
    metrics.joinTime.add(Date.now() - this.#openedAtMs);
    if (this.#wasJoined) metrics.resumed.add(this.#unresumed === 0 ? 1 : 0);
    this.#wasJoined = true;
  }

  /** @param {WebSocket} socket @param {string} name @param {unknown} payload */
  #event(socket, name, payload) {
    if (name === 'session') {
      const { expires_in_ms: leftMs } = /** @type {{ expires_in_ms: number }} */ (payload);
      this.#renewal = setTimeout(
        () => {
          socket.send(eventPacket('authenticate', { token: tokenOf('viewer') }, this.#nextAck++));
        },
        Math.max(0, leftMs - RENEW_BEFORE_MS),
      );
    }
    if (name !== 'frame') return;
    for (const frame of /** @type {import('./coverage.js').Frame[]} */ (payload)) {
      const outcome = this.#coverage.frame(frame);
      if (outcome === 'lost') metrics.lostFrames.add(1);
      if (outcome === 'fresh') this.#take(frame);
    }
  }

  /** @param {import('./coverage.js').Frame} frame */
  #take({ channel, items }) {
    metrics.frames.add(1);
    metrics.items.add(items.length);
    const nowMs = Date.now();
    if (!channel.startsWith('price:') || nowMs < this.quietUntilMs) return;
    for (const { data } of items) {
      metrics.eventToSocket.add(nowMs - Date.parse(String(data['event_time'])));
      metrics.ingestToSocket.add(nowMs - Date.parse(String(data['ingest_time'])));
    }
  }

  /** @param {string} reason */
  #fault(reason) {
    metrics.socketFaults.add(1);
    check(reason, { [`socket is not ${reason}`]: () => false });
  }
}
