import type { Subscription } from '../core/channel-hub.ts';
import { FRAME_PERIOD_MS, SLOTS, flushTimeMs } from '../core/flush-time.ts';
import { takeFrame } from '../core/subscription.ts';
import type { LiveMetrics } from '../metrics.ts';
import type { Clock } from '../ports.ts';

/** One client's connection, as far as the pusher sees it. */
export interface Transport {
  /** Has everything written so far left this process? */
  isDrained(): boolean;
  /** One packet with these channel frames. */
  write(framesJson: string): void;
  /** Close at once, without waiting for what is unread. */
  drop(): void;
}

export interface Recipient {
  /** Something newer than its `sentSeq` is in this channel. */
  readonly mark: (subscription: Subscription) => void;
  /** Never written again. */
  forget(subscription: Subscription): void;
  remove(): void;
}

export interface Pusher {
  add(transport: Transport): Recipient;
  stop(): void;
}

export interface PusherOptions {
  readonly clock: Clock;
  readonly metrics: Pick<LiveMetrics, 'frames' | 'conflated' | 'tickToSocket' | 'slowDisconnects'>;
  /** A client that took nothing for this long is closed (PF29). */
  readonly slowLimitMs: number;
}

interface Client {
  readonly transport: Transport;
  readonly slot: number;
  readonly dirty: Set<Subscription>;
  lastFlushMs: number;
  dueMs: number;
  isWaiting: boolean;
  stalledSinceMs: number | null;
}

/** Clients written to in one turn of the event loop; a loop over 1,000 takes about 9 ms (PF28). */
const CLIENTS_PER_TURN = 200;
const TICK_MS = FRAME_PERIOD_MS / SLOTS;

/**
 * Writes frames. A client is either clean, or waiting in one set with the time at which it is due. Nothing is queued per client:
 * what it gets is read from its channels when it is written to, so a slow one gets latest values only.
 */
export function createPusher({ clock, metrics, slowLimitMs }: PusherOptions): Pusher {
  const waiting = new Set<Client>();
  let timer: NodeJS.Timeout | null = null;
  let isTurnPlanned = false;
  let added = 0;

  function plan(client: Client, dueMs: number, nowMs: number): void {
    client.dueMs = dueMs;
    client.isWaiting = true;
    waiting.add(client);
    if (dueMs <= nowMs) planTurn();
    else timer ??= setTimeout(onTick, TICK_MS);
  }

  function planTurn(): void {
    if (isTurnPlanned) return;
    isTurnPlanned = true;
    setImmediate(turn); // after the batch that made the change, so that its other changes go along
  }

  function onTick(): void {
    timer = null;
    planTurn();
  }

  function turn(): void {
    isTurnPlanned = false;
    const nowMs = clock.nowMs();
    let left = CLIENTS_PER_TURN;
    for (const client of waiting) {
      if (client.dueMs > nowMs) continue;
      if (left === 0) {
        planTurn();
        return;
      }
      left -= 1;
      flush(client, nowMs);
    }
    if (waiting.size > 0) timer ??= setTimeout(onTick, TICK_MS);
  }

  function flush(client: Client, nowMs: number): void {
    if (!client.transport.isDrained()) {
      client.stalledSinceMs ??= nowMs;
      if (nowMs - client.stalledSinceMs > slowLimitMs) {
        metrics.slowDisconnects.inc();
        remove(client);
        client.transport.drop();
      } else client.dueMs = nowMs + TICK_MS;
      return;
    }
    client.stalledSinceMs = null;
    client.isWaiting = false;
    waiting.delete(client);
    client.lastFlushMs = nowMs;
    client.transport.write(`[${takeFrames(client, nowMs).join(',')}]`);
  }

  function takeFrames(client: Client, nowMs: number): readonly string[] {
    const frames: string[] = [];
    let conflated = 0;
    for (const subscription of client.dirty) {
      const frame = takeFrame(subscription);
      conflated += frame.hiddenCount;
      frames.push(frame.json);
      if (
        frame.isFirstUse &&
        frame.itemCount > 0 &&
        subscription.channel.name.startsWith('price:')
      ) {
        metrics.tickToSocket.observe(nowMs / 1000 - frame.ingestTimeUs / 1e6);
      }
    }
    client.dirty.clear();
    metrics.frames.inc({}, frames.length);
    if (conflated > 0) metrics.conflated.inc({}, conflated);
    return frames;
  }

  function remove(client: Client): void {
    client.dirty.clear();
    waiting.delete(client);
  }

  return {
    add(transport) {
      const client: Client = {
        transport,
        slot: (added += 1) % SLOTS,
        dirty: new Set(),
        lastFlushMs: 0,
        dueMs: 0,
        isWaiting: false,
        stalledSinceMs: null,
      };
      return {
        mark: (subscription) => {
          client.dirty.add(subscription);
          if (client.isWaiting) return;
          const nowMs = clock.nowMs();
          plan(client, flushTimeMs(client.lastFlushMs, client.slot, nowMs), nowMs);
        },
        forget: (subscription) => void client.dirty.delete(subscription),
        remove: () => {
          remove(client);
        },
      };
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      waiting.clear();
    },
  };
}
