import type {
  LiveFrame,
  LiveGatewayStatus,
  LiveProblem,
  LiveRefused,
  LiveSession,
  SubscribeAnswer,
  SubscribeRequest,
} from '@groundswell/schemas';
import { io, type Socket } from 'socket.io-client';

export interface ConnectionOptions {
  readonly url: string;
  /** A token that is good now, or null when nobody is signed in. Asked at every connect and before every expiry. */
  readonly getToken: () => Promise<string | null>;
  readonly onConnected: () => void;
  readonly onLost: () => void;
  readonly onFailedAttempt: () => void;
  readonly onSignedOut: () => void;
  readonly onFrames: (frames: readonly LiveFrame[]) => void;
  readonly onGatewayStatus: (status: LiveGatewayStatus) => void;
}

/** One authenticated connection that comes back by itself. */
export interface Connection {
  readonly isConnected: boolean;
  open(): void;
  close(): void;
  /** @returns null when no answer came */
  subscribe(request: SubscribeRequest): Promise<SubscribeAnswer | null>;
  unsubscribe(channel: string): void;
}

interface ServerEvents {
  frame: (frames: readonly LiveFrame[]) => void;
  session: (session: LiveSession) => void;
  gateway: (status: LiveGatewayStatus) => void;
}
interface ClientEvents {
  subscribe: (request: SubscribeRequest, ack: (answer: SubscribeAnswer) => void) => void;
  unsubscribe: (request: { channel: string }) => void;
  authenticate: (
    request: { token: string },
    ack: (answer: LiveSession | LiveRefused) => void,
  ) => void;
}

const ACK_TIMEOUT_MS = 10_000;
const RETRY_MS = 500;
const MAX_RETRY_MS = 10_000;
/** A token is renewed this long before it expires, or after three quarters of a short life. */
const RENEW_BEFORE_MS = 60_000;
/** Tokens refused in a row that make us believe that nobody is signed in. */
const MAX_REFUSED_TOKENS = 2;

export function createConnection(options: ConnectionOptions): Connection {
  let renewal: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let refusedTokens = 0;

  const socket: Socket<ServerEvents, ClientEvents> = io(options.url, {
    transports: ['websocket'],
    autoConnect: false,
    reconnectionDelay: RETRY_MS,
    reconnectionDelayMax: MAX_RETRY_MS,
    auth: (give) => {
      options.getToken().then(
        (token) => {
          if (token === null) signOut();
          else give({ token });
        },
        () => {
          socket.disconnect();
          failed();
          connectLater();
        },
      );
    },
  });

  socket.on('connect', () => {
    failures = 0;
    refusedTokens = 0;
    options.onConnected();
  });
  socket.on('disconnect', (reason) => {
    clearTimeout(renewal);
    options.onLost();
    // The library comes back by itself except after a disconnect by the server: the token expired, or it restarts.
    if (reason === 'io server disconnect') connectLater();
  });
  socket.on('connect_error', (error) => {
    failed();
    const { data } = error as Error & { readonly data?: LiveProblem };
    if (data?.status === 401 && (refusedTokens += 1) >= MAX_REFUSED_TOKENS) signOut();
    else if (!socket.active) connectLater(); // refused by the gateway; the library does not try again
  });
  socket.on('session', renewBefore);
  socket.on('frame', options.onFrames);
  socket.on('gateway', options.onGatewayStatus);

  function failed(): void {
    failures += 1;
    options.onFailedAttempt();
  }

  function connectLater(): void {
    clearTimeout(retry);
    const delayMs = Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** Math.min(failures, 10));
    retry = setTimeout(() => socket.connect(), delayMs);
  }

  function signOut(): void {
    close();
    options.onSignedOut();
  }

  function close(): void {
    clearTimeout(renewal);
    clearTimeout(retry);
    socket.disconnect();
  }

  function renewBefore({ expires_in_ms: leftMs }: LiveSession): void {
    clearTimeout(renewal);
    const delayMs = Math.max(leftMs - RENEW_BEFORE_MS, leftMs * 0.75);
    renewal = setTimeout(() => void renew(), delayMs);
  }

  /** A renewal that fails is not repeated: at expiry the gateway disconnects, and the next connect asks for a token again. */
  async function renew(): Promise<void> {
    const token = await options.getToken().catch(() => null);
    if (token === null || !socket.connected) return;
    socket.timeout(ACK_TIMEOUT_MS).emit('authenticate', { token }, (error, answer) => {
      if ((error as Error | null) === null && 'expires_in_ms' in answer) renewBefore(answer);
    });
  }

  return {
    get isConnected() {
      return socket.connected;
    },
    open() {
      refusedTokens = 0;
      socket.connect();
    },
    close,
    subscribe: (request) =>
      socket
        .timeout(ACK_TIMEOUT_MS)
        .emitWithAck('subscribe', request)
        .catch(() => null),
    unsubscribe(channel) {
      if (socket.connected) socket.emit('unsubscribe', { channel });
    },
  };
}
