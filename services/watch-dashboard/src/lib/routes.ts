import { boardShows, type BoardShow } from './board-order.ts';
import type { Weighting } from './mood.ts';

/** Pages and their addresses. View state is in the query, so that an address shows the same view to another person. */
export type BarSize = '1s' | '1m' | '5m';

export type Route =
  | ({ readonly page: 'board' } & BoardView)
  | {
      readonly page: 'symbol';
      readonly instrument: string;
      readonly bar: BarSize;
      readonly by: Weighting;
    }
  | { readonly page: 'investor'; readonly investor: string }
  | { readonly page: 'operations' }
  | { readonly page: 'missing' };

/** What of the market board is view state. */
export interface BoardView {
  readonly filter: string;
  readonly sort: string;
  readonly show: BoardShow;
  readonly by: Weighting;
}

export const barSizes: readonly BarSize[] = ['1s', '1m', '5m'];
export const barSizeMs: Readonly<Record<BarSize, number>> = {
  '1s': 1000,
  '1m': 60_000,
  '5m': 300_000,
};

export function parseRoute(path: string, query: string): Route {
  const [, first = '', second = '', ...rest] = path.split('/').map(decode);
  const params = new URLSearchParams(query);
  // The page reads the fingerprint itself: what is inspected is view state.
  if (first === 'ops' && second === 'dead-letters' && rest.length === 1)
    return { page: 'operations' };
  if (rest.length > 0 && rest.some((part) => part !== '')) return { page: 'missing' };
  if ((first === '' || first === 'board') && second === '') {
    return {
      page: 'board',
      filter: params.get('filter') ?? '',
      sort: params.get('sort') ?? '',
      show: boardShows.find((show) => show === params.get('show')) ?? 'all',
      by: weightingOf(params.get('by')),
    };
  }
  if (first === 's' && second !== '') {
    return {
      page: 'symbol',
      instrument: second,
      bar: barSizeOf(params.get('bar')),
      by: weightingOf(params.get('by')),
    };
  }
  if (first === 'i' && second !== '') return { page: 'investor', investor: second };
  if (first === 'ops' && second === '') return { page: 'operations' };
  return { page: 'missing' };
}

function weightingOf(text: string | null): Weighting {
  return text === 'raw' ? 'raw' : 'weighted';
}

function barSizeOf(text: string | null): BarSize {
  return barSizes.find((size) => size === text) ?? '1m';
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a broken escape is just text
  }
}

export const boardPath = '/board';
export const operationsPath = '/ops';

export function symbolPath(
  instrument: string,
  bar: BarSize = '1m',
  by: Weighting = 'weighted',
): string {
  const id = encodeURIComponent(instrument).replaceAll('%3A', ':');
  return withQuery(`/s/${id}`, { bar: bar === '1m' ? '' : bar, by: by === 'raw' ? by : '' });
}

export function investorPath(investor: string): string {
  return `/i/${encodeURIComponent(investor).replaceAll('%3A', ':')}`;
}

export function boardQuery({ filter, sort, show, by }: BoardView): string {
  return withQuery(boardPath, {
    filter,
    sort,
    show: show === 'all' ? '' : show,
    by: by === 'raw' ? by : '',
  });
}

/** What is as usual is not written. */
function withQuery(path: string, values: Readonly<Record<string, string>>): string {
  const entries = Object.entries(values).filter(([, value]) => value !== '');
  const query = new URLSearchParams(entries).toString();
  return query === '' ? path : `${path}?${query}`;
}
