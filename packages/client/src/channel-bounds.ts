import type { LiveItem } from '@groundswell/schemas';

/** Windows that a channel keeps: five hours of minutes, five minutes of seconds. */
const MAX_WINDOWS = 300;
/** Posts that a channel keeps. */
const MAX_POSTS = 300;

/** What a channel of recent things keeps: the newest ones. */
export interface NewestBound {
  /** Keys that are older than what is kept; asked after a key came new. */
  beyond(values: ReadonlyMap<string, LiveItem>): readonly string[];
}

/** The bound of a channel by its name; null for channels whose keys do not grow with time. */
export function newestBound(channel: string): NewestBound | null {
  if (/^(market|sentiment):/.test(channel)) return byAge(MAX_WINDOWS, windowStart);
  if (channel.startsWith('posts:')) return byAge(MAX_POSTS, eventTime);
  return null;
}

/** A mention whose post was edited so that it no longer names the instrument, or deleted (R2). */
export function isTakenBack({ data }: LiveItem): boolean {
  return typeof data === 'object' && data !== null && 'op' in data && data.op === 'CANCEL';
}

/** Keeps the newest `max` distinct ages: of bars every feed has one at each window start. */
function byAge(max: number, ageOf: (item: LiveItem) => string | number): NewestBound {
  return {
    beyond(values) {
      if (values.size <= max) return [];
      const ages = new Set([...values.values()].map(ageOf));
      if (ages.size <= max) return [];
      const kept = new Set([...ages].sort(descending).slice(0, max));
      return [...values.values()].filter((item) => !kept.has(ageOf(item))).map(({ key }) => key);
    },
  };
}

/** The last part of the key of a window: its start, epoch micros. */
function windowStart({ key }: LiveItem): number {
  return Number(key.slice(key.lastIndexOf('|') + 1));
}

/** ISO texts of one length order as they are; ties keep their key's order. */
function eventTime({ key, data }: LiveItem): string {
  const { event_time: time } = data as { readonly event_time?: string };
  return `${time ?? ''} ${key}`;
}

function descending<T extends string | number>(a: T, b: T): number {
  return a < b ? 1 : a > b ? -1 : 0;
}
