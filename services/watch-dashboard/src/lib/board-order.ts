/** Order of the watch list. It is view state, so it has a text form for the address: `change`, `-change`. */
export type SortColumn =
  'symbol' | 'last' | 'change' | 'mood' | 'agreement' | 'buzz' | 'posts' | 'age';

export interface SortOrder {
  readonly column: SortColumn;
  readonly isDescending: boolean;
}

/** The same text gives the same object, so that orders can be compared by identity. */
const orders = new Map<string, SortOrder>();
const columns: readonly SortColumn[] = [
  ...(['symbol', 'last', 'change', 'mood', 'agreement', 'buzz', 'posts', 'age'] as const),
];
/** Loudest first. */
const USUAL = '-buzz';

export function parseSort(asked: string): SortOrder {
  const text = asked === '' ? USUAL : asked;
  let order = orders.get(text);
  if (order === undefined) {
    const isDescending = text.startsWith('-');
    const column = columns.find((name) => name === text.replace(/^-/, '')) ?? 'symbol';
    order = { column, isDescending };
    if (orders.size < 100) orders.set(text, order);
  }
  return order;
}

/** The text after a click on a column: numbers begin with the greatest. */
export function sortText(column: SortColumn, current: SortOrder): string {
  const beginsDescending = column !== 'symbol' && column !== 'age';
  const isDescending = column === current.column ? !current.isDescending : beginsDescending;
  const text = `${isDescending ? '-' : ''}${column}`;
  return text === USUAL ? '' : text;
}

/** What an order looks at. Shown texts are not compared; `null` sorts last whichever way. */
export interface SortKeys {
  readonly symbol: string;
  readonly last: number | null;
  readonly change: number | null;
  /** The shrunk mean, so that two posts never lead. */
  readonly mood: number | null;
  readonly agreement: number | null;
  readonly buzz: number | null;
  readonly posts: number | null;
  readonly age: number | null;
}

export function orderRows<T>(
  rows: readonly T[],
  order: SortOrder,
  keysOf: (row: T) => SortKeys,
): readonly T[] {
  const way = order.isDescending ? -1 : 1;
  return rows
    .map((row) => ({ row, keys: keysOf(row) }))
    .sort((a, b) => {
      const [x, y] = [a.keys[order.column], b.keys[order.column]];
      if (x !== y) {
        if (x === null || y === null) return Number(x === null) - Number(y === null);
        return (x < y ? -1 : 1) * way;
      }
      // Equal, or unknown both: the more spoken of first.
      const posts = (b.keys.posts ?? -1) - (a.keys.posts ?? -1);
      return posts !== 0 ? posts : a.keys.symbol < b.keys.symbol ? -1 : 1;
    })
    .map(({ row }) => row);
}

/** Which rows the board shows; view state, `all` is not written. */
export type BoardShow = 'all' | 'mine' | 'loud' | 'flagged';

export const boardShows: readonly BoardShow[] = ['all', 'mine', 'loud', 'flagged'];

/** z from which a symbol counts as loud. @default */
const LOUD_Z = 2;

/** Loud by its own history; while that is too short, twice as many posts as the middle of the list. */
export function isLoud(buzz: number | null, posts: number | null, median: number): boolean {
  if (buzz !== null) return buzz >= LOUD_Z;
  return posts !== null && median > 0 && posts >= 2 * median;
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
