import { createServer, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { WorldTrade } from '../world/events.ts';
import { createVenueFaults, type VenueFaults } from './faults.ts';
import { errorFrame, heartbeatFrame, matchFrame } from './frames.ts';
import type { VenueCandle } from './candles.ts';
import { answerRest } from './rest.ts';
import { createSubscriber, type Subscriber } from './subscriber.ts';
import { createProductTape } from './tape.ts';

export interface FakeCoinbaseOptions {
  readonly products: readonly string[];
  readonly nowUs: () => number;
  /** Days of a product, ascending; null: the venue cannot tell yet. @default none: a venue without a past */
  readonly candles?: (product: string) => readonly VenueCandle[] | null;
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Trades kept per product for REST. @default 20000 */
  readonly tapeCapacity?: number;
  /** @default 1000 */
  readonly heartbeatMs?: number;
  /** The venue closes a connection that has not subscribed by then. @default 5000 */
  readonly subscribeDeadlineMs?: number;
}

/** Coinbase Exchange as seen from outside: WebSocket feed, REST trades and candles on one port. */
export interface FakeCoinbase {
  readonly port: number;
  readonly wsUrl: string;
  readonly restUrl: string;
  readonly faults: VenueFaults;
  /** Ids that were given out before this venue was started: what its heartbeats tell until the first trade. */
  prime(lastTradeIds: Readonly<Record<string, number>>): void;
  /** `socket`: send it as a match to subscribers; `rest`: serve it over REST. */
  publish(trade: WorldTrade, via: { readonly socket: boolean; readonly rest: boolean }): void;
  /** Send this text, whatever it is, to every connection. */
  sendRaw(text: string): void;
  /** Cut every connection without a close handshake. */
  dropConnections(): void;
  /** What a venue does to a consumer that cannot keep up: an error frame, then a close. */
  kickSlowConsumers(): void;
  connectionCount(): number;
  stop(): Promise<void>;
}

export async function startFakeCoinbase(options: FakeCoinbaseOptions): Promise<FakeCoinbase> {
  const { nowUs, host = '127.0.0.1', heartbeatMs = 1000, subscribeDeadlineMs = 5000 } = options;
  const faults = createVenueFaults();
  const tapes = new Map(
    options.products.map((product) => [product, createProductTape(options.tapeCapacity ?? 20_000)]),
  );
  const subscribers = new Map<WebSocket, Subscriber>();
  let primed: Readonly<Record<string, number>> = {};
  const http = createServer((request, response) => {
    answerRest(request, response, { tapes, faults, candles: options.candles ?? (() => []) });
  });
  // Negotiated as at the venue, but a frame of one trade goes as it is: packing 250 bytes costs more than everything else here.
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: { serverNoContextTakeover: true, threshold: 1024 },
  });

  http.on('upgrade', (request, socket, head) => {
    const refusal = faults.upgradeStatus;
    if (refusal !== null) {
      faults.refusedUpgrades += 1;
      const { status, retryAfterSeconds } = refusal;
      const retry = retryAfterSeconds === null ? '' : `Retry-After: ${retryAfterSeconds}\r\n`;
      socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${retry}Connection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      faults.connections += 1;
      const subscriber = createSubscriber(client, { tapes, faults, subscribeDeadlineMs });
      subscribers.set(client, subscriber);
      client.on('close', () => {
        subscriber.dispose();
        subscribers.delete(client);
      });
      // The other side may vanish mid-frame; the close event follows and cleans up.
      client.on('error', () => client.terminate());
    });
  });

  const heartbeat = setInterval(() => {
    for (const [product, tape] of tapes) {
      const lastTradeId = tape.newest()?.tradeId ?? primed[product] ?? 0;
      const text = heartbeatFrame(product, lastTradeId, nowUs());
      for (const subscriber of subscribers.values()) subscriber.send('heartbeat', product, text);
    }
  }, heartbeatMs);

  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(options.port, host, resolve);
  });
  const { port } = http.address() as AddressInfo;

  return {
    port,
    wsUrl: `ws://${host}:${port}`,
    restUrl: `http://${host}:${port}`,
    faults,
    prime: (lastTradeIds) => void (primed = lastTradeIds),
    publish(trade, { socket, rest }) {
      if (rest) tapes.get(trade.product)?.add(trade);
      if (!socket) return;
      const text = matchFrame(trade);
      for (const subscriber of subscribers.values())
        subscriber.send('matches', trade.product, text);
    },
    sendRaw(text) {
      for (const client of subscribers.keys()) client.send(text);
    },
    dropConnections() {
      for (const client of subscribers.keys()) client.terminate();
    },
    kickSlowConsumers() {
      for (const client of subscribers.keys()) {
        client.send(errorFrame('ConsumerTooSlow', 'the send buffer of this connection is full'));
        client.close(1008, 'ConsumerTooSlow');
      }
    },
    connectionCount: () => subscribers.size,
    async stop() {
      clearInterval(heartbeat);
      for (const client of subscribers.keys()) client.terminate();
      sockets.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
