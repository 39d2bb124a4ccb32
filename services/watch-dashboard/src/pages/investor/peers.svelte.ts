import { untrack } from 'svelte';
import type { App } from '../../app/app.svelte.ts';
import type { Answer } from '../../lib/http.ts';
import type { Wanted } from './lots-view.svelte.ts';
import { peersPath, type PeersAnswer } from './peers.ts';
import { Read } from './read.svelte.ts';

/** The API compares every five minutes. */
const PERIOD_MS = 300_000;

/** Trading beside that of peers, read again with every comparison. Made while a component starts: its effect ends with it. */
export class Peers {
  readonly #read = new Read<PeersAnswer>();

  /** @param wanted key null where there is nothing to compare */
  constructor(app: App, wanted: () => Wanted) {
    $effect(() => {
      const { key, knownAt } = wanted();
      if (app.client === null || key === null) return;
      const load = () => void this.#read.load(app.getJson, peersPath(key, knownAt));
      untrack(load);
      const timer = setInterval(load, PERIOD_MS);
      return () => {
        clearInterval(timer);
        this.#read.clear();
      };
    });
  }

  get answer(): Answer<PeersAnswer> | null {
    return this.#read.answer;
  }
}
