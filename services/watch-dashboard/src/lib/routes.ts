/** Pages and their addresses. View state is in the query, so that an address shows the same view to another person. */
export type BarSize = '1s' | '1m' | '5m';

export type Route =
  | { readonly page: 'board'; readonly filter: string; readonly sort: string }
  | { readonly page: 'symbol'; readonly instrument: string; readonly bar: BarSize }
  | { readonly page: 'investor'; readonly investor: string }
  | { readonly page: 'operations' }
  | { readonly page: 'missing' };

export const barSizes: readonly BarSize[] = ['1s', '1m', '5m'];
export const barSizeMs: Readonly<Record<BarSize, number>> = {
  '1s': 1000,
  '1m': 60_000,
  '5m': 300_000,
};

export function parseRoute(path: string, query: string): Route {
  const [, first = '', second = '', ...rest] = path.split('/').map(decode);
  const params = new URLSearchParams(query);
  if (rest.length > 0 && rest.some((part) => part !== '')) return { page: 'missing' };
  if ((first === '' || first === 'board') && second === '') {
    return { page: 'board', filter: params.get('filter') ?? '', sort: params.get('sort') ?? '' };
  }
  if (first === 's' && second !== '') {
    return { page: 'symbol', instrument: second, bar: barSizeOf(params.get('bar')) };
  }
  if (first === 'i' && second !== '') return { page: 'investor', investor: second };
  if (first === 'ops' && second === '') return { page: 'operations' };
  return { page: 'missing' };
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

export function symbolPath(instrument: string, bar: BarSize = '1m'): string {
  const id = encodeURIComponent(instrument).replaceAll('%3A', ':');
  return `/s/${id}${bar === '1m' ? '' : `?bar=${bar}`}`;
}

export function investorPath(investor: string): string {
  return `/i/${encodeURIComponent(investor).replaceAll('%3A', ':')}`;
}

export function boardQuery(filter: string, sort: string): string {
  const params = new URLSearchParams();
  if (filter !== '') params.set('filter', filter);
  if (sort !== '') params.set('sort', sort);
  const query = params.toString();
  return query === '' ? boardPath : `${boardPath}?${query}`;
}
