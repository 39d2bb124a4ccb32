import type { BrokerItem } from '../world/events.ts';
import { signedHeaders } from './signature.ts';

export interface BrokerClientOptions {
  /** Whole address: `http://127.0.0.1:8083/v1/ingest/world-broker/transactions`. */
  readonly url: string;
  /** `whsec_...` */
  readonly secret: string;
  readonly nowMs: () => number;
  /** Items per request. @default 100 */
  readonly batchSize?: number;
  /** Items waiting at most; what comes then is refused. @default 100000 */
  readonly maxPending?: number;
  /** First pause after a failed request; doubles up to 10 s. @default 250 */
  readonly retryMs?: number;
  readonly onState?: (message: string) => void;
}

/** A broker that posts signed batches in order, one at a time, and repeats a request until it gets an answer (T9). */
export interface BrokerClient {
  /** @returns false when too many items wait already */
  add(item: BrokerItem): boolean;
  /** Items not yet answered, oldest first. */
  pending(): readonly BrokerItem[];
  /** Resolves when nothing waits. */
  idle(): Promise<void>;
  /** While held nothing new is posted; what comes waits in order. */
  hold(isHeld: boolean): void;
  stats(): Readonly<{ accepted: number; refused: number; requests: number; retries: number }>;
  stop(): void;
}

export function createBrokerClient(options: BrokerClientOptions): BrokerClient {
  const { batchSize = 100, maxPending = 100_000, retryMs = 250 } = options;
  const queue: BrokerItem[] = [];
  const stats = { accepted: 0, refused: 0, requests: 0, retries: 0 };
  const abort = new AbortController();
  let running: Promise<void> | null = null;
  let held = false;

  function start(): void {
    if (held) return;
    running ??= drain().finally(() => {
      running = null;
      // Something may have been added between the last look at the queue and now.
      if (queue.length > 0 && !abort.signal.aborted) start();
    });
  }

  async function drain(): Promise<void> {
    // Let everything added in this turn go into one request.
    await Promise.resolve();
    while (queue.length > 0 && !held && !abort.signal.aborted) {
      const batch = queue.slice(0, batchSize);
      const answer = await deliver(Buffer.from(JSON.stringify(batch)));
      if (answer === null) return;
      stats.accepted += answer.accepted;
      stats.refused += batch.length - answer.accepted;
      queue.splice(0, batch.length);
    }
  }

  /** One request until it is answered for good; null after stop. */
  async function deliver(body: Uint8Array<ArrayBuffer>): Promise<{ accepted: number } | null> {
    for (let attempt = 0; !abort.signal.aborted; attempt += 1) {
      stats.requests += 1;
      const outcome = await post(body);
      if (outcome.done) return outcome;
      stats.retries += 1;
      if (attempt === 0) options.onState?.(`ingest does not take transactions: ${outcome.why}`);
      await pause(Math.max(outcome.waitMs, Math.min(10_000, retryMs * 2 ** Math.min(attempt, 10))));
    }
    return null;
  }

  async function post(body: Uint8Array<ArrayBuffer>): Promise<Outcome> {
    try {
      const headers = signedHeaders(body, options.secret, options.nowMs());
      const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(30_000)]);
      const response = await fetch(options.url, { method: 'POST', headers, body, signal });
      const text = await response.text();
      if (response.ok) return { done: true, accepted: countAccepted(text) };
      if (response.status === 429 || response.status >= 500) {
        const waitMs = Number(response.headers.get('retry-after') ?? 0) * 1000;
        return { done: false, waitMs, why: `status ${response.status}` };
      }
      options.onState?.(`ingest refused a request: ${response.status} ${text.slice(0, 200)}`);
      return { done: true, accepted: 0 };
    } catch (thrown) {
      return { done: false, waitMs: 0, why: thrown instanceof Error ? thrown.message : 'unknown' };
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      abort.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  return {
    add(item) {
      if (queue.length >= maxPending) return false;
      queue.push(item);
      start();
      return true;
    },
    pending: () => queue,
    async idle() {
      while (running !== null) await running;
    },
    hold(isHeld) {
      held = isHeld;
      if (queue.length > 0) start();
    },
    stats: () => ({ ...stats }),
    stop: () => abort.abort(),
  };
}

type Outcome =
  | { readonly done: true; readonly accepted: number }
  | { readonly done: false; readonly waitMs: number; readonly why: string };

function countAccepted(text: string): number {
  const answer = JSON.parse(text) as { results?: readonly { status?: string }[] };
  return (answer.results ?? []).filter((one) => one.status === 'accepted').length;
}
