import { untrack } from 'svelte';
import type { App } from '../../app/app.svelte.ts';
import type { ApiProblem } from '../../lib/http.ts';
import { lotsPath, type LotPage } from './ledger.ts';
import { lotBars, type LotBar } from './lots.ts';
import type { NewestRecord } from './newest-record.svelte.ts';
import { Read } from './read.svelte.ts';

/** A burst of events of the ledger is one read. */
const PAUSE_MS = 1000;
const MINUTE_MS = 60_000;

export interface Wanted {
  /** Null where there is no investor, or none that may be looked at. */
  readonly key: string | null;
  /** State of knowledge, ISO 8601; null = now. */
  readonly knownAt: string | null;
}

/**
 * Single lots of an investor as bars: read once there is a record, and again soon after the ledger has more events.
 * Made while a component starts: its effects end with that component.
 */
export class LotsView {
  readonly #app: App;
  readonly #newest: NewestRecord;
  readonly #wanted: () => Wanted;
  readonly #read = new Read<LotPage>();

  constructor(app: App, newest: NewestRecord, wanted: () => Wanted) {
    this.#app = app;
    this.#newest = newest;
    this.#wanted = wanted;
    $effect(() => {
      if (this.#path === null || !this.#isKnown) return;
      if (this.#ledgerSize === 0 || untrack(() => this.page === null)) {
        untrack(() => {
          this.load();
        });
        return;
      }
      const timer = setTimeout(() => {
        this.load();
      }, PAUSE_MS);
      return () => {
        clearTimeout(timer);
      };
    });
    $effect(() => {
      if (app.client === null || this.#path === null) return;
      return () => {
        this.#read.clear();
      };
    });
  }

  #isKnown = $derived.by(() => this.#newest.shown !== null);
  #ledgerSize = $derived.by(() => this.#newest.shown?.n ?? 0);
  #path = $derived.by(() => {
    const { key, knownAt } = this.#wanted();
    return key === null ? null : lotsPath(key, knownAt);
  });

  get page(): LotPage | null {
    return this.#read.value;
  }

  get problem(): ApiProblem | null {
    const { answer } = this.#read;
    return answer?.ok === false ? answer.problem : null;
  }

  /** The right edge moves once a minute: nothing creeps under the pointer. */
  edgeMs = $derived.by(() => Math.ceil(this.#app.clock.nowMs / MINUTE_MS) * MINUTE_MS);
  bars = $derived.by(() => {
    const { shown } = this.#newest;
    return this.page === null || shown === null
      ? null
      : lotBars(this.page.items, shown.holdings, this.edgeMs);
  });

  /** @param id as in the address */
  find(id: string | null): LotBar | null {
    if (id === null || this.bars === null) return null;
    return [...this.bars.values()].flat().find((bar) => bar.id === id) ?? null;
  }

  load(): void {
    if (this.#path !== null) void this.#read.load(this.#app.getJson, this.#path);
  }
}
