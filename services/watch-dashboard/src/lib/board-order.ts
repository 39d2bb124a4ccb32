/** Order of the watch list. It is view state, so it has a text form for the address: `change`, `-change`. */
export type SortColumn = 'symbol' | 'last' | 'change' | 'volume' | 'trades' | 'age';

export interface SortOrder {
  readonly column: SortColumn;
  readonly isDescending: boolean;
}

/** The same text gives the same object, so that orders can be compared by identity. */
const orders = new Map<string, SortOrder>();
const columns: readonly SortColumn[] = ['symbol', 'last', 'change', 'volume', 'trades', 'age'];

export function parseSort(text: string): SortOrder {
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
  if (column === 'symbol' && !isDescending) return '';
  return `${isDescending ? '-' : ''}${column}`;
}

/** What an order looks at. Shown texts are not compared; `null` sorts last whichever way. */
export interface SortKeys {
  readonly symbol: string;
  readonly last: number | null;
  readonly change: number | null;
  readonly volume: number | null;
  readonly trades: number | null;
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
      if (x === null || y === null) return Number(x === null) - Number(y === null);
      if (x !== y) return (x < y ? -1 : 1) * way;
      return a.keys.symbol < b.keys.symbol ? -1 : 1;
    })
    .map(({ row }) => row);
}
