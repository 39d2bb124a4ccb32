import { formatIsoUs } from '@groundswell/domain';

/** A value of the API's history, as far as the page reads it. */
export interface HistoryItem {
  readonly feature_set: string;
  readonly entity: string;
  readonly window: { readonly size_ms: number; readonly start: string; readonly end: string };
  readonly lineage: number;
  readonly revision: number;
  readonly value: Readonly<Record<string, unknown>>;
}

/** How to read a channel as it was known at an instant; null for what has no history (prices, posts, sources). */
export interface PastRead {
  readonly path: string;
}

const sizesMs: Readonly<Record<string, number>> = {
  '1s': 1000,
  '1m': 60_000,
  '5m': 300_000,
  '1h': 3_600_000,
};
/** Windows of the past that a page shows. */
const MAX_WINDOWS = 300;

/**
 * `market:<instrument>:<size>` and `sentiment:<instrument>:<size>` as history, `investor:<key>` as its latest value, all with `known_at`.
 * @param feedOf primary feed of an instrument: market values belong to one venue
 */
export function pastRead(
  channel: string,
  knownAtMs: number,
  feedOf: (instrument: string) => string | null,
): PastRead | null {
  const knownAt = isoOf(knownAtMs);
  if (channel.startsWith('investor:')) {
    const query = new URLSearchParams({ at: knownAt, known_at: knownAt });
    const key = encodeURIComponent(channel.slice('investor:'.length));
    return { path: `/v1/investors/${key}/behaviour/latest?${query.toString()}` };
  }
  const [, kind, instrument = '', size = ''] =
    /^(market|sentiment):(.+):(1s|1m|5m|1h)$/.exec(channel) ?? [];
  if (kind === undefined) return null;
  const feed = feedOf(instrument);
  if (kind === 'market' && feed === null) return null;
  const entity = kind === 'market' ? `${instrument}@${feed ?? ''}` : instrument;
  const set = kind === 'market' ? 'market.bar' : 'sentiment.window';
  const query = new URLSearchParams({
    window_size: size,
    from: isoOf(knownAtMs - MAX_WINDOWS * (sizesMs[size] ?? 60_000)),
    to: knownAt,
    known_at: knownAt,
    limit: String(MAX_WINDOWS),
  });
  return { path: `/v1/features/${set}/${encodeURIComponent(entity)}/history?${query.toString()}` };
}

/** An item of the API -> what the channel would carry. */
export function channelData({ window, value, ...envelope }: HistoryItem): Record<string, unknown> {
  return {
    ...value,
    ...envelope,
    // Where the value itself does not say: the venue is part of the entity.
    feed: envelope.entity.includes('@') ? envelope.entity.split('@')[1] : null,
    window_size_ms: window.size_ms,
    window_start: window.start,
    window_end: window.end,
  };
}

/** Epoch ms of `known_at` in an address; null where there is none that can be read. */
export function knownAtOf(query: string): number | null {
  const text = new URLSearchParams(query).get('known_at');
  const timeMs = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(timeMs) ? null : timeMs;
}

/** An address that keeps the time it is looked at from. */
export function withKnownAt(path: string, knownAtMs: number | null): string {
  const [name = '', query = ''] = path.split('?');
  const params = new URLSearchParams(query);
  if (knownAtMs === null) params.delete('known_at');
  else params.set('known_at', new Date(knownAtMs).toISOString());
  const text = params.toString().replaceAll('%3A', ':');
  return text === '' ? name : `${name}?${text}`;
}

function isoOf(timeMs: number): string {
  return formatIsoUs(timeMs * 1000);
}
