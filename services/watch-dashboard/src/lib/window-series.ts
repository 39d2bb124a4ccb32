/** What a series of windows orders by. */
export interface Windowed {
  /** ISO 8601 with microseconds; texts of one form sort as their times do. */
  readonly window_start: string;
}

/**
 * The recent windows of one kind, oldest first. Whether an item is newer was decided by the client's store (I7); this only keeps the
 * order and the number. `items` is a new array after each change and never changed itself, so a frozen picture can hold on to an
 * old one.
 */
export class WindowSeries<T extends Windowed> {
  readonly #capacity: number;
  #items: readonly T[] = [];

  constructor(capacity = 300) {
    this.#capacity = capacity;
  }

  get items(): readonly T[] {
    return this.#items;
  }

  /** Puts a window into its place. Returns what was there before. */
  put(item: T): T | null {
    const items = [...this.#items];
    let index = items.length;
    while (index > 0 && (items[index - 1]?.window_start ?? '') > item.window_start) index -= 1;
    const before = items[index - 1];
    const isSame = before?.window_start === item.window_start;
    items.splice(isSame ? index - 1 : index, isSame ? 1 : 0, item);
    this.#items = items.length > this.#capacity ? items.slice(-this.#capacity) : items;
    return before?.window_start === item.window_start ? before : null;
  }

  remove(isGone: (item: T) => boolean): void {
    this.#items = this.#items.filter((item) => !isGone(item));
  }
}
