/** What a client may subscribe to (I14). */
export type ChannelName =
  | { readonly kind: 'price'; readonly text: string; readonly instrument: string }
  | {
      readonly kind: 'market';
      readonly text: string;
      readonly instrument: string;
      readonly windowSizeMs: number;
    }
  | {
      readonly kind: 'sentiment';
      readonly text: string;
      readonly instrument: string;
      readonly windowSizeMs: number;
    }
  | { readonly kind: 'posts'; readonly text: string; readonly instrument: string }
  | { readonly kind: 'investor'; readonly text: string; readonly investorKey: string }
  | { readonly kind: 'sources'; readonly text: 'sources' };

/** Bar sizes as channels name them. */
export const windowSizes = { '1s': 1000, '1m': 60_000, '5m': 300_000 } as const;
type WindowSize = keyof typeof windowSizes;

/** Sizes of mood windows as channels name them. */
export const moodSizes = { '1m': 60_000, '5m': 300_000, '1h': 3_600_000 } as const;
type MoodSize = keyof typeof moodSizes;

const MAX_CHARS = 128;
const INSTRUMENT = String.raw`[a-z]+:[A-Za-z0-9:._~/-]{1,80}`;
const PRICE = new RegExp(`^price:(${INSTRUMENT})$`);
const MARKET = new RegExp(`^market:(${INSTRUMENT}):(1s|1m|5m)$`);
const SENTIMENT = new RegExp(`^sentiment:(${INSTRUMENT}):(1m|5m|1h)$`);
const POSTS = new RegExp(`^posts:(${INSTRUMENT})$`);
const INVESTOR = /^investor:(v[1-9]\d{0,4}:[A-Za-z0-9_-]{43})$/;

/** The channel of a name, or null for anything that is none: wildcards, arrays, objects, long texts (S23). */
export function parseChannelName(text: unknown): ChannelName | null {
  if (typeof text !== 'string' || text.length > MAX_CHARS) return null;
  if (text === 'sources') return { kind: 'sources', text };
  const price = PRICE.exec(text)?.[1];
  if (price !== undefined) return { kind: 'price', text, instrument: price };
  const [, instrument, size] = MARKET.exec(text) ?? [];
  if (instrument !== undefined && size !== undefined) {
    return { kind: 'market', text, instrument, windowSizeMs: windowSizes[size as WindowSize] };
  }
  const [, subject, moodSize] = SENTIMENT.exec(text) ?? [];
  if (subject !== undefined && moodSize !== undefined) {
    const windowSizeMs = moodSizes[moodSize as MoodSize];
    return { kind: 'sentiment', text, instrument: subject, windowSizeMs };
  }
  const talked = POSTS.exec(text)?.[1];
  if (talked !== undefined) return { kind: 'posts', text, instrument: talked };
  const investorKey = INVESTOR.exec(text)?.[1];
  return investorKey === undefined ? null : { kind: 'investor', text, investorKey };
}

/** Name of the bars of this size, or null where no channel shows them. */
export function marketChannel(instrument: string, windowSizeMs: number): string | null {
  const size = sizeName(windowSizes, windowSizeMs);
  return size === null ? null : `market:${instrument}:${size}`;
}

/** Name of the moods of this size, or null where no channel shows them. */
export function sentimentChannel(instrument: string, windowSizeMs: number): string | null {
  const size = sizeName(moodSizes, windowSizeMs);
  return size === null ? null : `sentiment:${instrument}:${size}`;
}

function sizeName(sizes: Readonly<Record<string, number>>, windowSizeMs: number): string | null {
  return Object.entries(sizes).find(([, sizeMs]) => sizeMs === windowSizeMs)?.[0] ?? null;
}
