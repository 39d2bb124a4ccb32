import { untrack } from 'svelte';
import type { App } from '../app/app.svelte.ts';
import type { Quote } from '../app/quote.svelte.ts';
import { isLoud, medianOf, orderRows, parseSort, type SortOrder } from '../lib/board-order.ts';
import type { BoardView } from '../lib/routes.ts';
import { symbolOf } from '../lib/source-health.ts';

/**
 * Which rows the watch list shows and in which order. It is sorted by the second hand, and never while the pointer or the focus is
 * inside (P5): `hold` pauses the order; only a change of the list itself or of what it is sorted by goes through.
 * Made while a component starts: its effect ends with that component.
 */
export class BoardRows {
  sorted = $state.raw<readonly Quote[]>([]);
  activeId = $state<string | null>(null);
  flaggedCount = $state(0);
  #isPointerIn = $state(false);
  #isFocusIn = $state(false);
  #shownOrder: SortOrder | null = null;
  readonly #view: () => BoardView;

  constructor(app: App, view: () => BoardView) {
    this.#view = view;
    $effect(() => {
      const { ticks } = app.clock;
      const { quotes } = app.watchList;
      const { mine } = app.preferences;
      const wanted = view();
      untrack(() => {
        if (ticks >= 0) this.#sort(app, quotes, wanted, mine);
      });
    });
  }

  active = $derived.by(() => this.sorted.find(({ instrument }) => instrument.id === this.activeId));

  get isHeld(): boolean {
    return this.#isPointerIn || this.#isFocusIn;
  }

  /** The order would move if it might. */
  get isPaused(): boolean {
    return this.isHeld && parseSort(this.#view().sort).column !== 'symbol';
  }

  hold(part: { readonly pointer?: boolean; readonly focus?: boolean }): void {
    this.#isPointerIn = part.pointer ?? this.#isPointerIn;
    this.#isFocusIn = part.focus ?? this.#isFocusIn;
    if (part.focus === true) this.activeId ??= this.sorted[0]?.instrument.id ?? null;
  }

  /** Move the active row; returns its place in the list. */
  move(step: number): number {
    const from = this.sorted.findIndex(({ instrument }) => instrument.id === this.activeId);
    const to = Math.max(0, Math.min(this.sorted.length - 1, from + step));
    this.activeId = this.sorted[to]?.instrument.id ?? null;
    return to;
  }

  #sort(
    app: App,
    quotes: readonly Quote[],
    { filter, show, sort, by }: BoardView,
    mine: readonly string[],
  ): void {
    const rows = quotes.map((quote) => ({ quote, row: app.watchList.row(quote, by) }));
    this.flaggedCount = rows.filter(({ row }) => row.mood?.flag != null).length;
    const median = medianOf(rows.map(({ row }) => row.keys.posts ?? 0));
    const text = filter.toLowerCase();
    const found = rows.filter(({ quote: { instrument }, row }) => {
      const { id, title } = instrument;
      if (!`${symbolOf(id)} ${title}`.toLowerCase().includes(text)) return false;
      if (show === 'mine') return mine.includes(id);
      if (show === 'loud') return isLoud(row.keys.buzz, row.keys.posts, median);
      return show === 'all' || row.mood?.flag != null;
    });
    const order = parseSort(sort);
    const isSameSet =
      found.length === this.sorted.length &&
      found.every(({ quote }) => this.sorted.includes(quote));
    if (isSameSet && this.isHeld && order === this.#shownOrder) return;
    this.#shownOrder = order;
    const sorted = orderRows(found, order, ({ quote, row }) => ({
      symbol: symbolOf(quote.instrument.id),
      ...row.keys,
    })).map(({ quote }) => quote);
    const isSame = sorted.every((quote, index) => quote === this.sorted[index]);
    if (!isSame || sorted.length !== this.sorted.length) this.sorted = sorted;
  }
}
