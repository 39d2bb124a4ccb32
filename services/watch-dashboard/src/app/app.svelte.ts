import { createLiveClient, type LiveClient, type LiveState } from '@groundswell/client';
import { getContext, setContext } from 'svelte';
import { createAnnouncer } from '../lib/announcer.ts';
import { createGetJson, type GetJson } from '../lib/http.ts';
import { createPaintLoop } from '../lib/paint-loop.ts';
import { pastPill, pillOf } from '../lib/connection.ts';
import { createPastClient } from './past-client.ts';
import { Clock } from './clock.svelte.ts';
import { PreferenceStore } from './preferences.svelte.ts';
import { Router } from './router.svelte.ts';
import { Session, type PageConfig } from './session.svelte.ts';
import { Sources } from './sources.svelte.ts';
import { WatchList } from './watch-list.svelte.ts';

const CONNECTING: LiveState = { name: 'connecting', attempt: 0, detail: null };
const SIGNED_OUT: LiveState = { name: 'signed_out', attempt: 0, detail: null };

/** Everything that the pages share. One per page load, handed down by context. */
export class App {
  readonly config: PageConfig;
  readonly preferences = new PreferenceStore();
  readonly clock = new Clock();
  readonly router = new Router();
  readonly session: Session;
  readonly sources = new Sources();
  readonly loop = createPaintLoop({ requestFrame: (run) => requestAnimationFrame(run) });
  readonly announcer = createAnnouncer();
  readonly watchList: WatchList;
  readonly getJson: GetJson;
  live = $state.raw<LiveState>(CONNECTING);
  /** When the connection was last live, epoch ms. */
  lastLiveMs = $state<number | null>(null);
  /** The client of the present session; a new one for each, so that nothing of the one before is left. */
  client = $state.raw<LiveClient | null>(null);
  isOnline = $state(navigator.onLine);
  isFrozen = $state(false);
  /** Which layer lies over the page. */
  layer = $state<'none' | 'sign-in' | 'keys' | 'palette' | 'sources' | 'past'>('none');
  updatesPerSecond = $state(0);
  waiting = $state(0);
  /** Text of the one live region. */
  spoken = $state('');
  #updates = 0;

  constructor(config: PageConfig) {
    this.config = config;
    this.session = new Session(config.issuerUrl);
    this.getJson = createGetJson({
      baseUrl: config.apiUrl,
      getToken: this.session.getToken,
      fetch: (input, init) => fetch(input, init),
    });
    this.watchList = new WatchList(this);
  }

  pill = $derived.by(() =>
    this.pastMs === null
      ? pillOf(this.live, this.sources.openGaps, this.isOnline)
      : pastPill(this.pastMs, this.preferences.zone),
  );

  /** The moment that is looked from, epoch ms; null = now. */
  get pastMs(): number | null {
    return this.router.knownAtMs;
  }

  countUpdate = (): void => {
    this.#updates += 1;
  };

  /** Follow clocks, address bar and network; returns the end of it. */
  start(): () => void {
    const stops = [this.clock.start(), this.router.start()];
    const second = setInterval(() => {
      this.updatesPerSecond = this.#updates;
      this.#updates = 0;
      this.waiting = this.loop.waiting;
    }, 1000);
    const onNetwork = () => {
      this.isOnline = navigator.onLine;
    };
    const onVisibility = () => {
      this.loop.setHidden(document.hidden);
    };
    addEventListener('online', onNetwork);
    addEventListener('offline', onNetwork);
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      clearInterval(second);
      for (const stop of stops) stop();
      removeEventListener('online', onNetwork);
      removeEventListener('offline', onNetwork);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }

  /** Connect as whoever is signed in now; returns the end of it. Called anew for each identity. */
  connect(): () => void {
    if (this.session.identity === null) {
      this.live = SIGNED_OUT;
      return () => undefined;
    }
    const { pastMs } = this;
    this.clock.standAt(pastMs);
    const client =
      pastMs === null
        ? createLiveClient({ url: this.config.liveUrl, getToken: this.session.getToken })
        : createPastClient({
            getJson: this.getJson,
            knownAtMs: pastMs,
            feedOf: (id) => this.watchList.find(id)?.instrument.primary_feed ?? null,
          });
    // A variable, not `this.live`: subscribing changes the state at once, and an effect that subscribes must not come to depend on it.
    let wasLive = false;
    const leaves = [
      client.state.subscribe((state) => {
        this.live = state;
        const isSeen = pastMs === null && (state.name === 'live' || wasLive);
        if (isSeen) this.lastLiveMs = Date.now();
        wasLive = state.name === 'live';
        if (state.name === 'signed_out') this.layer = 'sign-in';
      }),
      this.sources.follow(client, this.loop),
      this.watchList.follow(client),
    ];
    this.client = client;
    return () => {
      this.client = null;
      for (const leave of leaves) leave();
      client.close();
    };
  }

  /** Look at everything as known at a moment; null = now. Nothing of the time before is left on the page. */
  lookFrom(knownAtMs: number | null): void {
    if (knownAtMs === this.pastMs) return;
    if (this.isFrozen) this.freeze(false);
    this.watchList.forget();
    this.sources.forget();
    this.router.lookFrom(knownAtMs);
    this.say(knownAtMs === null ? 'Back to now.' : pastPill(knownAtMs, 'UTC').sentence);
  }

  freeze(isFrozen: boolean): void {
    this.isFrozen = isFrozen;
    this.waiting = 0;
    this.loop.setFrozen(isFrozen);
    this.say(isFrozen ? 'The picture is frozen.' : 'The picture moves again.');
  }

  /** Answer to a key that moved something: spoken at once, and not one of the messages that are counted. */
  reply(sentence: string): void {
    this.spoken = sentence;
    this.announcer.pause(Date.now() + 5000);
  }

  say(sentence: string): void {
    this.announcer.say(sentence, Date.now());
  }
}

const KEY = Symbol('app');

export function provideApp(app: App): void {
  setContext(KEY, app);
}

export function useApp(): App {
  return getContext<App>(KEY);
}
