import type { MarketData } from '@groundswell/schemas';
import type { Answer, GetJson } from './http.ts';

/** The part of REST (`schemas/openapi/serve-api.yaml`) that the page reads. Times are ISO texts, decimals texts. */
export interface Instrument {
  readonly id: string;
  readonly title: string;
  readonly currency: string;
  readonly primary_feed: string | null;
  readonly zone: string;
  readonly tick_decimals: number;
}

export interface InstrumentPage {
  readonly items: readonly Instrument[];
  readonly next_cursor: string | null;
}

/** One published version of a value. */
export interface Version<V> {
  readonly lineage: number;
  readonly revision: number;
  readonly status: 'PROVISIONAL' | 'FINAL' | 'REVISED';
  readonly n: number;
  readonly late_count: number;
  readonly watermark: string;
  readonly known_at: string;
  readonly cause: string;
  readonly value: V;
}

export interface VersionPage<V> {
  readonly items: readonly Version<V>[];
  readonly next_cursor: string | null;
}

export type MarketValue = Pick<
  MarketData,
  'open' | 'high' | 'low' | 'close' | 'volume' | 'trade_count' | 'vwap' | 'realised_volatility'
>;

export interface Checkpoint {
  readonly group: string;
  readonly task: number;
  readonly topic: string;
  readonly partition: number;
  readonly first_offset: string;
  readonly next_offset: string;
  readonly applied: number;
  readonly deduped: number;
  readonly late: number;
  readonly dead: number;
  readonly erased: number;
  readonly markers: number;
  readonly balanced: boolean;
}

export interface Conservation {
  readonly as_of: string;
  readonly balanced: boolean;
  readonly checkpoints: readonly Checkpoint[];
}

export const conservationPath = '/v1/ops/conservation';

const sizeNames: Readonly<Record<number, string>> = {
  1000: '1s',
  60_000: '1m',
  300_000: '5m',
  3_600_000: '1h',
};

/** Every version of one window. */
export function revisionsPath(
  bar: Pick<MarketData, 'feature_set' | 'entity' | 'window_size_ms' | 'window_start'>,
): string {
  const query = new URLSearchParams({
    window_size: sizeNames[bar.window_size_ms] ?? `${String(bar.window_size_ms)}ms`,
    window_start: bar.window_start,
    limit: '200',
  });
  return `/v1/features/${bar.feature_set}/${encodeURIComponent(bar.entity)}/revisions?${query.toString()}`;
}

/** First bar at or after an instant: the reference of the day's change. */
export function firstBarPath(entity: string, fromIso: string, toIso: string): string {
  const query = new URLSearchParams({ window_size: '5m', from: fromIso, to: toIso, limit: '1' });
  return `/v1/features/market.bar/${encodeURIComponent(entity)}/history?${query.toString()}`;
}

/** Why one window has its value: what the explanation shows, for programs. */
export function explainPath(
  data: Pick<MarketData, 'feature_set' | 'entity' | 'window_size_ms' | 'window_start'>,
): string {
  return revisionsPath(data).replace('/revisions?', '/explain?').replace('&limit=200', '');
}

/** Posts that name an instrument in a span of event time (epoch ms), those that weigh most first. */
export function postsPath(
  instrument: string,
  span: { readonly startMs: number; readonly endMs: number },
  limit: number,
): string {
  const query = new URLSearchParams({
    from: new Date(span.startMs).toISOString(),
    to: new Date(span.endMs).toISOString(),
    order: 'influence',
    limit: String(limit),
  });
  return `/v1/instruments/${encodeURIComponent(instrument)}/posts?${query.toString()}`;
}

const MAX_PAGES = 20;

/** All instruments, page by page. */
export async function readInstruments(getJson: GetJson): Promise<Answer<readonly Instrument[]>> {
  const instruments: Instrument[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const answer = await getJson<InstrumentPage>(`/v1/instruments?limit=100${query}`);
    if (!answer.ok) return answer;
    instruments.push(...answer.value.items);
    cursor = answer.value.next_cursor;
    if (cursor === null) break;
  }
  return { ok: true, value: instruments };
}
