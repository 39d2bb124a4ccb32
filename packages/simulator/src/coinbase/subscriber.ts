import type { RawData, WebSocket } from 'ws';
import type { VenueFaults } from './faults.ts';
import { errorFrame, matchFrame, subscriptionsFrame } from './frames.ts';
import type { ProductTape } from './tape.ts';

/** A connection that cannot drain is kicked at this many buffered bytes, as venues do. */
const MAX_BUFFERED_BYTES = 64 * 1024 * 1024;
const CHANNELS = new Set(['matches', 'heartbeat']);

/** One connection of the fake venue: its subscriptions and what is sent to it. */
export interface Subscriber {
  /** Send a frame of a channel if the connection subscribed to it. */
  send(channel: string, product: string, text: string): void;
  dispose(): void;
}

interface SubscriberOptions {
  readonly tapes: ReadonlyMap<string, ProductTape>;
  readonly faults: VenueFaults;
  readonly subscribeDeadlineMs: number;
}

export function createSubscriber(client: WebSocket, options: SubscriberOptions): Subscriber {
  const { tapes, faults } = options;
  const channels = new Map<string, Set<string>>();
  const deadline = setTimeout(() => {
    client.close(1000, 'no subscribe');
  }, options.subscribeDeadlineMs);

  function subscribe(request: SubscribeRequest): void {
    clearTimeout(deadline);
    faults.subscriptions += 1;
    const unknown = request.products.find((product) => !tapes.has(product));
    if (unknown !== undefined) {
      client.send(errorFrame('Failed to subscribe', `${unknown} is not a valid product`));
      return;
    }
    const fresh: string[] = [];
    for (const channel of request.channels) {
      const products = channels.get(channel) ?? new Set();
      for (const product of request.products) {
        if (faults.ackWithout.has(product)) continue;
        if (channel === 'matches' && !products.has(product)) fresh.push(product);
        products.add(product);
      }
      channels.set(channel, products);
    }
    if (!faults.muteAcks) client.send(subscriptionsFrame(channels));
    // The venue opens a subscription with the last trade of each product (K8).
    for (const product of fresh) {
      const last = tapes.get(product)?.newest();
      if (last !== undefined) client.send(matchFrame(last, 'last_match'));
    }
  }

  client.on('message', (data: RawData) => {
    const request = readSubscribe((data as Buffer).toString('utf8'));
    if (request === null) client.send(errorFrame('Failed to subscribe', 'malformed JSON'));
    else subscribe(request);
  });

  return {
    send(channel, product, text) {
      if (faults.silent || channels.get(channel)?.has(product) !== true) return;
      if (client.bufferedAmount > MAX_BUFFERED_BYTES) client.close(1008, 'ConsumerTooSlow');
      else client.send(text);
    },
    dispose: () => clearTimeout(deadline),
  };
}

interface SubscribeRequest {
  readonly products: readonly string[];
  readonly channels: readonly string[];
}

function readSubscribe(text: string): SubscribeRequest | null {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return null;
  }
  const { type, product_ids: products, channels } = (frame ?? {}) as Record<string, unknown>;
  if (type !== 'subscribe' || !isTexts(products) || !isTexts(channels)) return null;
  return { products, channels: channels.filter((channel) => CHANNELS.has(channel)) };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
