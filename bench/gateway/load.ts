import type { LiveItem, PriceData } from '@groundswell/schemas';
import { createRng } from '@groundswell/simulator';

/** One update of one instrument, as the gateway pushes it; each arm encodes it by itself. */
export interface Update {
  readonly channel: string;
  readonly item: LiveItem<PriceData> & { readonly ver: number };
}

export interface Load {
  readonly clients: number;
  readonly instruments: number;
  readonly subscriptions: number;
  readonly updatesPerSecond: number;
  readonly seconds: number;
}

const SEED = 7;
/** Few instruments are loud, as in performance W7. */
const ZIPF = 1.1;
const TICK_MS = 10;
/** Before the clock runs, so that neither arm is measured while its code is compiled. */
const WARM_UP: Pick<Load, 'updatesPerSecond' | 'seconds'> = { updatesPerSecond: 1000, seconds: 2 };
const WARM_UP_UPDATES = WARM_UP.updatesPerSecond * WARM_UP.seconds;

/** Channels of each client: distinct, drawn by loudness. Both ends of a run compute them from the seed. */
export function subscriptionsOf(load: Load): readonly (readonly string[])[] {
  const dice = zipf(load.instruments, SEED);
  return Array.from({ length: load.clients }, () => {
    const chosen = new Set<number>();
    while (chosen.size < Math.min(load.subscriptions, load.instruments)) chosen.add(dice());
    return [...chosen].map(channelName);
  });
}

/** The updates of a run, in order; those of the warm-up come first. */
function updatesOf(load: Load): readonly Update[] {
  const dice = zipf(load.instruments, SEED + 1);
  const count = WARM_UP_UPDATES + load.updatesPerSecond * load.seconds;
  return Array.from({ length: count }, (_, i) => {
    const channel = channelName(dice());
    const instrument = channel.slice('price:'.length);
    const data: PriceData = {
      instrument_id: instrument,
      feed: 'coinbase',
      price: `${60_000 + (i % 997)}.01`,
      size: '0.5',
      aggressor: 'BUY',
      event_time: '2026-01-15T14:32:05.120031Z',
      ingest_time: '2026-01-15T14:32:05.171000Z',
      delayed_seconds: 0,
    };
    return { channel, item: { key: `${instrument}@coinbase`, lineage: 0, ver: i + 1, data } };
  });
}

/** Updates times their subscribers: what both arms owe. */
export function owedUpdates(load: Load): number {
  const subscribers = new Map<string, number>();
  for (const channel of subscriptionsOf(load).flat()) {
    subscribers.set(channel, (subscribers.get(channel) ?? 0) + 1);
  }
  return updatesOf(load)
    .slice(WARM_UP_UPDATES)
    .reduce((sum, { channel }) => sum + (subscribers.get(channel) ?? 0), 0);
}

/** What every client must end with: the last version of each of its channels, as one text. */
export function expectedEnd(load: Load): string {
  const last = new Map(updatesOf(load).map(({ channel, item }) => [channel, item.ver]));
  return subscriptionsOf(load)
    .map((channels) => endOf(channels, (channel) => last.get(channel) ?? 0))
    .join('\n');
}

export function endOf(channels: readonly string[], verOf: (channel: string) => number): string {
  return [...channels]
    .sort()
    .map((channel) => `${channel}=${verOf(channel)}`)
    .join();
}

/** The two parts of a run. */
export function createPublisher(load: Load, publish: (update: Update) => void) {
  const updates = updatesOf(load);
  return {
    warmUp: () =>
      publishPaced(updates.slice(0, WARM_UP_UPDATES), WARM_UP.updatesPerSecond, publish),
    run: () => publishPaced(updates.slice(WARM_UP_UPDATES), load.updatesPerSecond, publish),
  };
}

/** Open loop: an update is published when it is due, however late the loop is. Resolves after the last. */
async function publishPaced(
  updates: readonly Update[],
  updatesPerSecond: number,
  publish: (update: Update) => void,
): Promise<void> {
  const began = performance.now();
  let next = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = ((performance.now() - began) / 1000) * updatesPerSecond;
      while (next < updates.length && next < due) {
        const update = updates[next];
        if (update !== undefined) publish(update);
        next += 1;
      }
      if (next < updates.length) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
}

const channelName = (index: number): string => `price:crypto:S${index}-USD`;

/** Draws 0..n-1 with weights 1/(i+1)^s. */
function zipf(n: number, seed: number): () => number {
  const rng = createRng(seed);
  const sums: number[] = [];
  let sum = 0;
  for (let i = 0; i < n; i += 1) sums.push((sum += 1 / (i + 1) ** ZIPF));
  return () => {
    const wanted = rng.float() * sum;
    const found = sums.findIndex((upTo) => upTo >= wanted);
    return found < 0 ? n - 1 : found;
  };
}
