import { WebSocket, type RawData } from 'ws';
import type { BackoffClass } from './backoff.ts';
import { backoffOfStatus, retryAfterMs } from './http-class.ts';
import type { FrameOutcome } from './source.ts';

/** Why a connection ended. */
export interface SessionEnd {
  readonly backoff: BackoffClass;
  readonly reason: string;
  readonly retryAfterMs: number | null;
  /** How long the subscription was confirmed. */
  readonly healthyForMs: number;
}

export interface SessionOptions {
  readonly url: string;
  readonly stageMs: number;
  readonly watchdogMs: number;
  readonly maxFrameBytes: number;
  readonly nowMs: () => number;
  /** Streams that must be in the acknowledged set. */
  readonly wanted: () => readonly string[];
  /** Null where the address itself is the subscription: then an open connection is a confirmed one, and nothing is ever sent. */
  readonly subscribeText: ((streams: readonly string[]) => string) | null;
  readonly parse: (text: string) => FrameOutcome | readonly FrameOutcome[];
  readonly onConfirmed: (extra: readonly string[]) => void;
  /** Everything but acknowledgements and refusals of the whole connection. */
  readonly onOutcome: (outcome: FrameOutcome, text: string) => void;
  /** Subprotocols to offer. @default none */
  readonly protocols?: readonly string[];
  /** @default true */
  readonly compress?: boolean;
  /** A host may answer pings and send nothing: false lets only messages calm the watchdog. @default true */
  readonly pingsCount?: boolean;
  /** What a refused upgrade means, by its status and the first bytes of its body; null: by the status alone. */
  readonly classOfRefusal?: (status: number, body: string) => BackoffClass | null;
}

/** Bytes of a refusal that are read at most. */
const MAX_REFUSAL_BYTES = 4_096;

/**
 * One WebSocket connection of a source. Stages, each with a deadline (K1): connecting -> subscribed -> confirmed -> ended; any stage may
 * end it. Confirmed means: the acknowledged set holds every wanted stream (K2). From the first stage on a watchdog ends it after
 * `watchdogMs` without a byte (K3), except while we ourselves do not read.
 */
export interface Session {
  readonly ended: Promise<SessionEnd>;
  /** After the wanted set changed: ask again for what is not acknowledged yet. */
  resubscribe(): void;
  pause(): void;
  resume(): void;
  close(reason: string): void;
}

export function openSession(options: SessionOptions): Session {
  const { nowMs, wanted } = options;
  const { subscribeText, pingsCount = true } = options;
  const socket = new WebSocket(options.url, [...(options.protocols ?? [])], {
    handshakeTimeout: options.stageMs,
    maxPayload: options.maxFrameBytes,
    perMessageDeflate: options.compress ?? true,
  });
  let confirmedAtMs: number | null = null;
  let lastByteMs = nowMs();
  let subscribed: ReadonlySet<string> = new Set();
  let stage: NodeJS.Timeout | undefined;
  let over = false;
  let resolveEnd: (end: SessionEnd) => void = () => undefined;
  const ended = new Promise<SessionEnd>((resolve) => (resolveEnd = resolve));

  function end(backoff: BackoffClass, reason: string, waitMs: number | null = null): void {
    if (over) return;
    over = true;
    clearTimeout(stage);
    clearInterval(watchdog);
    const healthyForMs = confirmedAtMs === null ? 0 : nowMs() - confirmedAtMs;
    // No close handshake: whoever deserves one gets it from `close`; a dead peer would never answer.
    socket.terminate();
    resolveEnd({ backoff, reason, retryAfterMs: waitMs, healthyForMs });
  }

  const watchdog = setInterval(
    () => {
      if (socket.isPaused) lastByteMs = nowMs();
      else if (nowMs() - lastByteMs > options.watchdogMs) end('NET', 'watchdog: no bytes');
    },
    Math.max(10, options.watchdogMs / 10),
  );

  function subscribe(): void {
    if (subscribeText === null) {
      acknowledged(wanted());
      return;
    }
    // Asking again for a stream that runs is an error at some venues: only the others are named.
    const left = missing();
    if (left.length === 0) {
      confirm();
      return;
    }
    socket.send(subscribeText(left));
    clearTimeout(stage);
    stage = setTimeout(() => {
      const what = subscribed.size === 0 ? 'no acknowledgement' : `missing ${missing().join(' ')}`;
      end('NET', `confirm: ${what}`);
    }, options.stageMs);
  }

  const missing = (): string[] => wanted().filter((stream) => !subscribed.has(stream));

  function acknowledged(streams: readonly string[]): void {
    subscribed = new Set(streams);
    if (missing().length === 0) confirm();
  }

  function confirm(): void {
    clearTimeout(stage);
    confirmedAtMs ??= nowMs();
    const want = new Set(wanted());
    options.onConfirmed([...subscribed].filter((stream) => !want.has(stream)));
  }

  function take(outcome: FrameOutcome, text: string): void {
    if (over) return;
    if (outcome.kind === 'subscribed') acknowledged(outcome.streams);
    else if (outcome.kind === 'acknowledged') acknowledged([...subscribed, outcome.stream]);
    else if (outcome.kind === 'failure' && outcome.stream === null) {
      end(outcome.backoff, outcome.reason);
    } else options.onOutcome(outcome, text);
  }

  socket.on('open', subscribe);
  socket.on('ping', () => {
    if (pingsCount) lastByteMs = nowMs();
  });
  socket.on('message', (data: RawData) => {
    if (over) return;
    lastByteMs = nowMs();
    // Binary frames hold the same JSON at some venues; Buffer is the default binary type of ws.
    const text = (data as Buffer).toString('utf8');
    for (const outcome of [options.parse(text)].flat()) take(outcome, text);
  });
  socket.on('unexpected-response', (_request, response) => {
    const status = response.statusCode ?? 0;
    const waitMs = retryAfterMs(response.headers['retry-after'], nowMs());
    let body = '';
    const refused = (): void => {
      const refusal = options.classOfRefusal?.(status, body) ?? backoffOfStatus(status);
      end(refusal, `upgrade refused with status ${status}`, waitMs);
    };
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      body = (body + chunk).slice(0, MAX_REFUSAL_BYTES);
    });
    response.once('end', refused);
    response.once('error', refused);
    // A body that never ends is no reason to wait for it.
    stage = setTimeout(refused, options.stageMs);
  });
  socket.on('close', (code) => {
    end('NET', `closed with code ${code}`);
  });
  socket.on('error', (error) => {
    end('NET', error.message);
  });

  return {
    ended,
    resubscribe: subscribe,
    pause: () => {
      socket.pause();
    },
    resume: () => {
      lastByteMs = nowMs();
      socket.resume();
    },
    close(reason) {
      if (socket.readyState === WebSocket.OPEN) socket.close(1000);
      end('MOVE', reason);
    },
  };
}
