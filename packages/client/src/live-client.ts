import type {
  LiveFrame,
  LiveItem,
  LiveRefused,
  SubscribeAccepted,
  SubscribeAnswer,
} from '@groundswell/schemas';
import { ChannelSync, type SyncStep } from './channel-sync.ts';
import { createConnection } from './connection.ts';
import { createObservable, liveStateOf, type LiveState, type Observable } from './live-state.ts';
import { createValueStore, type ValueStore } from './value-store.ts';

export interface LiveClientOptions {
  /** Base URL of the gateway. */
  readonly url: string;
  /** A token that is good now, or null when nobody is signed in. Asked at every connect and before every expiry. */
  readonly getToken: () => Promise<string | null>;
}

/** A snapshot's item is old news to a person: it lights nothing up. */
export type ItemOrigin = 'snapshot' | 'frame';

export interface ChannelListener {
  /** A value that is newer than what was known of its key. */
  onItem?(item: LiveItem, origin: ItemOrigin): void;
  /** A key that is held no more: gone from the channel, taken back, or older than the newest that are kept. */
  onRemove?(key: string): void;
  /** What became of the subscription, at first and after every reconnect. */
  onVerdict?(answer: SubscribeAnswer): void;
}

export interface LiveClient {
  readonly state: Observable<LiveState>;
  readonly store: Pick<ValueStore, 'get' | 'values'>;
  /** Keep a channel up to date until the returned function is called. */
  subscribe(channel: string, listener: ChannelListener): () => void;
  /** A person took note of the verdict `gap`. */
  dismissGap(): void;
  /** Connect, also after `signed_out`. */
  connect(): void;
  close(): void;
}

interface Channel {
  readonly sync: ChannelSync;
  readonly listeners: Set<ChannelListener>;
  isRefused: boolean;
  retry: ReturnType<typeof setTimeout> | undefined;
}

const RETRY_MS = 1000;

/**
 * Client of the channel protocol for browsers and Node. It holds the newest value of every key, keeps its place in every channel over
 * reconnects, and says honestly how live it is. Connects at once.
 */
export function createLiveClient(options: LiveClientOptions): LiveClient {
  const store = createValueStore();
  const channels = new Map<string, Channel>();
  const facts = {
    isSignedOut: false,
    isConnected: false,
    wasConnected: false,
    failedAttempts: 0,
    hasGapVerdict: false,
    degraded: null as string | null,
  };
  const state = createObservable<LiveState>(currentState(), isSameState);

  const connection = createConnection({
    ...options,
    onConnected() {
      Object.assign(facts, { isConnected: true, wasConnected: true, failedAttempts: 0 });
      for (const channel of channels.values()) ask(channel);
      updateState();
    },
    onLost() {
      Object.assign(facts, { isConnected: false, degraded: null });
      for (const { sync } of channels.values()) sync.lost();
      updateState();
    },
    onFailedAttempt() {
      facts.failedAttempts += 1;
      updateState();
    },
    onSignedOut() {
      facts.isSignedOut = true;
      forgetValues(); // private values do not outlive the session
      updateState();
    },
    onFrames(frames) {
      for (const frame of frames) onFrame(frame);
    },
    onGatewayStatus({ state: gateway, detail }) {
      facts.degraded = gateway === 'degraded' ? (detail ?? 'degraded') : null;
      updateState();
    },
  });
  connection.open();

  function currentState(): LiveState {
    const open = [...channels.values()].filter(({ isRefused }) => !isRefused);
    return liveStateOf({
      ...facts,
      hasGap: facts.hasGapVerdict || open.some(({ sync }) => sync.isBroken),
      isWaiting: open.some(({ sync }) => !sync.isSynced),
    });
  }

  function updateState(): void {
    state.set(currentState());
  }

  function ask(channel: Channel): void {
    if (channel.isRefused || !connection.isConnected) return;
    clearTimeout(channel.retry);
    const request = channel.sync.request();
    void connection.subscribe(request).then((answer) => {
      if (channels.get(channel.sync.channel) !== channel) return;
      if (answer === null || ('error' in answer && isPassing(answer))) {
        channel.retry = setTimeout(() => {
          if (!channel.sync.isSynced) ask(channel);
        }, RETRY_MS);
      } else if ('error' in answer) refuse(channel, answer);
      else accept(channel, answer);
      updateState();
    });
  }

  function refuse(channel: Channel, answer: LiveRefused): void {
    channel.isRefused = true;
    removeAll(channel);
    for (const listener of channel.listeners) listener.onVerdict?.(answer);
  }

  function accept(channel: Channel, answer: SubscribeAccepted): void {
    if (answer.verdict === 'gap') facts.hasGapVerdict = true;
    take(channel, channel.sync.accepted(answer));
    for (const listener of channel.listeners) listener.onVerdict?.(answer);
  }

  function onFrame(frame: LiveFrame): void {
    const channel = channels.get(frame.channel);
    if (channel === undefined) return;
    take(channel, channel.sync.frame(frame));
  }

  function take(channel: Channel, { snapshot, items, mustAsk }: SyncStep): void {
    const name = channel.sync.channel;
    if (snapshot !== undefined) {
      const { changed, removed } = store.replace(name, snapshot);
      for (const key of removed) tellRemoved(channel, key);
      for (const item of changed) tell(channel, item, 'snapshot');
    }
    for (const item of items) {
      const { isShown, removed } = store.apply(name, item);
      for (const key of removed) tellRemoved(channel, key);
      if (isShown) tell(channel, item, 'frame');
    }
    if (mustAsk) {
      ask(channel);
      updateState();
    }
  }

  function tell({ listeners }: Channel, item: LiveItem, origin: ItemOrigin): void {
    for (const listener of listeners) listener.onItem?.(item, origin);
  }

  function tellRemoved({ listeners }: Channel, key: string): void {
    for (const listener of listeners) listener.onRemove?.(key);
  }

  function removeAll(channel: Channel): void {
    const keys = [...store.values(channel.sync.channel).keys()];
    store.clear(channel.sync.channel);
    for (const key of keys) tellRemoved(channel, key);
  }

  /** New places too: a cursor without the values before it would be a lie. */
  function forgetValues(): void {
    for (const [name, channel] of channels) {
      clearTimeout(channel.retry);
      removeAll(channel);
      channels.set(name, { ...channel, sync: new ChannelSync(name), isRefused: false });
    }
  }

  return {
    state,
    store,
    subscribe(name, listener) {
      let channel = channels.get(name);
      if (channel === undefined) {
        channel = {
          sync: new ChannelSync(name),
          listeners: new Set([listener]),
          isRefused: false,
          retry: undefined,
        };
        channels.set(name, channel);
        ask(channel);
      } else {
        channel.listeners.add(listener);
        for (const item of store.values(name).values()) listener.onItem?.(item, 'snapshot');
      }
      updateState();
      return () => {
        const held = channels.get(name);
        if (held?.listeners.delete(listener) !== true || held.listeners.size > 0) return;
        clearTimeout(held.retry);
        channels.delete(name);
        store.clear(name);
        connection.unsubscribe(name);
        updateState();
      };
    },
    dismissGap() {
      facts.hasGapVerdict = false;
      updateState();
    },
    connect() {
      facts.isSignedOut = false;
      connection.open();
      updateState();
    },
    close() {
      for (const { retry } of channels.values()) clearTimeout(retry);
      connection.close();
    },
  };
}

/** Outages and limits pass; a forbidden or unknown channel does not. */
function isPassing({ error }: LiveRefused): boolean {
  return error.status === 429 || error.status >= 500;
}

function isSameState(a: LiveState, b: LiveState): boolean {
  return a.name === b.name && a.attempt === b.attempt && a.detail === b.detail;
}
