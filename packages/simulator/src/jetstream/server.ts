import { createServer, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { JetstreamEvent } from './events.ts';
import { createJetstreamFaults, type JetstreamFaults } from './faults.ts';
import type { LoggedEvent } from './frames.ts';
import { createReplayLog, FIRST_TIME_CURSOR, type ReplayLog } from './replay-log.ts';
import { readRequest, V1_PATH, V2_PATH, type JetstreamRequest, type Refusal } from './request.ts';
import { createSubscriber, type Subscriber } from './subscriber.ts';

export interface FakeJetstreamOptions {
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Events kept for replay. @default 50000 */
  readonly replayCapacity?: number;
  /** Of the first event. An instance never uses a seq twice: one that lost its memory starts above. @default 1 */
  readonly firstSeq?: number;
  /** @default 30000 */
  readonly pingMs?: number;
}

/** Bluesky Jetstream as seen from outside, both versions on one port (sources.md P1-P5). */
export interface FakeJetstream {
  readonly port: number;
  /** `ws://host:port`; a client adds the path and parameters of its version. */
  readonly wsUrl: string;
  /** `.../subscribe`; parameters `wantedCollections`, `wantedDids`, `cursor`. */
  readonly v1Url: string;
  /** `.../xrpc/network.bsky.jetstream.subscribeEvents`; parameters `kinds`, `collections`, `dids`, `cursor`. */
  readonly v2Url: string;
  readonly faults: JetstreamFaults;
  /** Keep the event for replay and send it to everyone who wants it. `live: false`: only keep it. @returns its seq */
  publish(event: JetstreamEvent, options?: { readonly live: boolean }): number;
  /** Send the newest `count` events once more, as a host does after a hiccup. */
  repeatNewest(count: number): void;
  /** Send this text, whatever it is, to every connection. */
  sendRaw(text: string): void;
  /** Forget all but the newest `count`: older cursors are clamped (v1) or refused (v2). */
  keepNewest(count: number): void;
  /** Cut every connection without a close handshake. */
  dropConnections(): void;
  /** What a host does to a consumer that cannot keep up: an error frame (v2), then a close. */
  kickSlowConsumers(): void;
  connectionCount(): number;
  stop(): Promise<void>;
}

export async function startFakeJetstream(options: FakeJetstreamOptions): Promise<FakeJetstream> {
  const { host = '127.0.0.1', replayCapacity = 50_000, firstSeq = 1, pingMs = 30_000 } = options;
  const faults = createJetstreamFaults();
  const log = createReplayLog(replayCapacity, firstSeq);
  const subscribers = new Map<WebSocket, Subscriber>();
  /** The first of a pair that leaves swapped. */
  let held: LoggedEvent | null = null;

  const http = createServer((_request, response) => {
    response.writeHead(404).end();
  });
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('xrpc.v1.json') ? 'xrpc.v1.json' : false),
  });

  http.on('upgrade', (request, socket, head) => {
    if (faults.upgradeStatus !== null) {
      faults.refusedUpgrades += 1;
      refuse(socket, { ...faults.upgradeStatus, error: 'Unavailable', message: 'fault' });
      return;
    }
    const asked = notTooOld(readRequest(request.url ?? '/'), log);
    if ('error' in asked) {
      faults.badRequests += 1;
      refuse(socket, asked);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      faults.connections += 1;
      client.on('close', () => subscribers.delete(client));
      // The other side may vanish mid-frame; the close event follows and cleans up.
      client.on('error', () => client.terminate());
      subscribers.set(client, createSubscriber(client, asked, { log, faults }));
    });
  });

  function send(logged: LoggedEvent): void {
    for (const subscriber of subscribers.values()) subscriber.send(logged);
  }

  const pings = setInterval(() => {
    if (!faults.silent) for (const client of subscribers.keys()) client.ping();
  }, pingMs);

  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(options.port, host, resolve);
  });
  const { port } = http.address() as AddressInfo;
  const wsUrl = `ws://${host}:${port}`;

  return {
    port,
    wsUrl,
    v1Url: `${wsUrl}${V1_PATH}`,
    v2Url: `${wsUrl}${V2_PATH}`,
    faults,
    publish(event, { live } = { live: true }) {
      const logged = log.append(event);
      if (!live) return logged.seq;
      const first = held;
      held = faults.swapPairs && first === null ? logged : null;
      if (held === null) send(logged);
      if (first !== null) send(first);
      return logged.seq;
    },
    repeatNewest(count) {
      for (const logged of log.newest(count)) send(logged);
    },
    sendRaw(text) {
      if (!faults.silent) for (const client of subscribers.keys()) client.send(text);
    },
    keepNewest: (count) => log.keep(count),
    dropConnections() {
      for (const client of subscribers.keys()) client.terminate();
    },
    kickSlowConsumers() {
      for (const subscriber of subscribers.values()) subscriber.end('ConsumerTooSlow', 'kicked');
    },
    connectionCount: () => subscribers.size,
    async stop() {
      clearInterval(pings);
      for (const client of subscribers.keys()) client.terminate();
      sockets.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** v2 refuses a seq that it no longer has instead of skipping in silence. */
function notTooOld(asked: JetstreamRequest | Refusal, log: ReplayLog): JetstreamRequest | Refusal {
  if ('error' in asked || asked.version !== 'v2' || asked.cursor === null) return asked;
  if (asked.cursor >= FIRST_TIME_CURSOR || log.from(asked.cursor).cursor !== 'clamped') {
    return asked;
  }
  const floor = log.from(0).events[0]?.seq ?? 0;
  return { status: 400, error: 'CursorTooOld', message: `the oldest seq is ${floor}` };
}

/** Answer an upgrade with a status and an XRPC error. */
function refuse(
  socket: Duplex,
  {
    status,
    error,
    message,
    retryAfterSeconds = null,
  }: {
    readonly status: number;
    readonly error: string;
    readonly message: string;
    readonly retryAfterSeconds?: number | null;
  },
): void {
  const body = JSON.stringify({ error, message });
  const retry = retryAfterSeconds === null ? '' : `Retry-After: ${retryAfterSeconds}\r\n`;
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${retry}Content-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
