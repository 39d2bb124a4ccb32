import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { toError } from '@groundswell/domain';
import type { Logger } from '@groundswell/runtime';
import type { LiveGatewayStatus } from '@groundswell/schemas';
import { Server, type Socket } from 'socket.io';
import { Allowance } from '../core/allowance.ts';
import { problems } from '../core/problems.ts';
import type { LiveMetrics } from '../metrics.ts';
import type { Pusher, Transport } from './pusher.ts';
import { ConnectionRefusedError, problemOf } from './refusal.ts';
import { Session, type SessionDeps } from './session.ts';

export interface GatewayLimits {
  readonly maxSocketsPerSubject: number;
  readonly maxSocketsPerAddress: number;
  /** Client events per second and at once. */
  readonly eventsPerSecond: number;
  readonly eventBurst: number;
}

export interface GatewayOptions extends Omit<SessionDeps, 'metrics'> {
  readonly httpServer: HttpServer;
  readonly pusher: Pusher;
  readonly allowedOrigins: readonly string[];
  readonly limits: GatewayLimits;
  readonly log: Logger;
  readonly metrics: LiveMetrics;
}

export interface Gateway {
  /** Tell every client, now and at connect, whether what it sees is fresh. */
  setStatus(status: LiveGatewayStatus): void;
  stop(): Promise<void>;
}

/** A session ends this long after its token at the latest (S21 allows 5 s). */
const EXPIRY_CHECK_MS = 500;
/** Refused events after which a socket is closed. */
const MAX_REFUSED_EVENTS = 200;
/** Two missed heartbeats end a connection on both sides (dashboard.md section 4). */
const HEARTBEAT_MS = 5000;

/**
 * The Socket.io server. WebSocket only; no connection state recovery (it can replay packets and skip authorisation); no compression
 * (it costs ten times a frame and keeps frames from being encoded once). No event is heard before the token was accepted.
 */
export function createGateway(options: GatewayOptions): Gateway {
  const { clock, limits, log, metrics } = options;
  const sessions = new Map<Socket, Session>();
  const bySubject = new Tally();
  const byAddress = new Tally();
  let status: LiveGatewayStatus | null = null;

  const io = new Server(options.httpServer, {
    transports: ['websocket'],
    allowUpgrades: false,
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: 64 * 1024,
    connectTimeout: 10_000,
    pingInterval: HEARTBEAT_MS,
    pingTimeout: HEARTBEAT_MS,
    allowRequest: (request, decide) => {
      const isAllowed = isAllowedOrigin(request, options.allowedOrigins);
      if (!isAllowed) metrics.refused.inc({ reason: 'origin' });
      decide(null, isAllowed);
    },
  });

  io.use((socket, next) => {
    admit(socket).then(
      () => {
        next();
      },
      (thrown: unknown) => {
        next(toError(thrown));
      },
    );
  });
  io.on('connection', onConnection);

  async function admit(socket: Socket): Promise<void> {
    const principal = await options.verifier
      .verify((socket.handshake.auth as Readonly<Record<string, unknown>>)['token'])
      .catch((thrown: unknown) => {
        throw refuse(problemOf(thrown));
      });
    const { address } = socket.handshake;
    if (
      bySubject.count(principal.subject) >= limits.maxSocketsPerSubject ||
      byAddress.count(address) >= limits.maxSocketsPerAddress
    ) {
      throw refuse(problems.tooManySockets);
    }
    bySubject.add(principal.subject);
    byAddress.add(address);
    // The client may leave before it is connected: then 'disconnect' never fires, but this does.
    socket.conn.once('close', () => {
      bySubject.remove(principal.subject);
      byAddress.remove(address);
    });
    const recipient = options.pusher.add(transportOf(socket));
    sessions.set(socket, new Session({ ...options, metrics }, principal, recipient));
    socket.conn.once('close', () => {
      sessions.get(socket)?.close();
      sessions.delete(socket);
      count();
    });
  }

  function refuse(problem: ConnectionRefusedError['data']): ConnectionRefusedError {
    metrics.refused.inc({ reason: problem.type.split(':').at(-1) ?? '' });
    return new ConnectionRefusedError(problem);
  }

  function onConnection(socket: Socket): void {
    const session = sessions.get(socket);
    if (session === undefined) {
      socket.disconnect(true); // closed while it was admitted
      return;
    }
    const allowance = new Allowance(limits.eventsPerSecond, limits.eventBurst, clock.nowMs());
    let refusedEvents = 0;
    socket.use((event, next) => {
      if (allowance.take(clock.nowMs())) {
        next();
        return;
      }
      metrics.limited.inc();
      answer(event.at(-1), { error: problems.tooManyEvents });
      refusedEvents += 1;
      if (refusedEvents > MAX_REFUSED_EVENTS) socket.disconnect(true);
    });
    socket.on('subscribe', (payload: unknown, ack: unknown) => {
      session.subscribe(payload).then((body) => {
        answer(ack, body);
        count();
      }, failed);
    });
    socket.on('unsubscribe', (payload: unknown, ack: unknown) => {
      answer(ack, session.unsubscribe(payload));
      count();
    });
    socket.on('authenticate', (payload: unknown, ack: unknown) => {
      session.authenticate(payload).then((body) => {
        answer(ack, body);
      }, failed);
    });
    socket.emit('session', session.state);
    if (status !== null) socket.emit('gateway', status);
    count();

    function failed(thrown: unknown): void {
      log.error('an event of a client failed', { error: toError(thrown) });
      socket.disconnect(true); // it comes back and asks again
    }
  }

  function count(): void {
    metrics.clients.set(sessions.size);
    metrics.channels.set(options.hub.size);
    let subscriptions = 0;
    for (const session of sessions.values()) subscriptions += session.subscriptionCount;
    metrics.subscriptions.set(subscriptions);
  }

  const expiry = setInterval(() => {
    const nowMs = clock.nowMs();
    for (const [socket, { principal }] of sessions) {
      if (principal.expiresAtMs <= nowMs) socket.disconnect(true);
    }
  }, EXPIRY_CHECK_MS);

  return {
    setStatus(next) {
      status = next;
      io.emit('gateway', next);
    },
    async stop() {
      clearInterval(expiry);
      await io.close();
    },
  };
}

/** A browser names its origin and may come from listed ones only (S26); a program names none and has its token. */
function isAllowedOrigin(request: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin } = request.headers;
  return origin === undefined || allowed.includes(origin);
}

/** Frames go out as one text packet that was encoded before, past Socket.io's encoder: `2` is its EVENT. */
function transportOf(socket: Socket): Transport {
  const { conn } = socket;
  return {
    isDrained: () => conn.transport.writable,
    write: (framesJson) => {
      conn.write(`2["frame",${framesJson}]`);
    },
    drop: () => {
      conn.close(true);
    },
  };
}

/** An event without acknowledgement gets no answer. */
function answer(ack: unknown, body: object): void {
  if (typeof ack === 'function') (ack as (body: object) => void)(body);
}

/** How many sockets each name holds; forgets names that hold none. */
class Tally {
  readonly #counts = new Map<string, number>();

  count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  add(name: string): void {
    this.#counts.set(name, this.count(name) + 1);
  }

  remove(name: string): void {
    const left = this.count(name) - 1;
    if (left > 0) this.#counts.set(name, left);
    else this.#counts.delete(name);
  }
}
