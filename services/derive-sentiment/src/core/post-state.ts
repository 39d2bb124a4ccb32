import type { SocialPost } from '@groundswell/schemas';
import type { Draft } from './draft.ts';

/** `<source>:<native id>`: a post through all its revisions. */
export function postIdOf({ source, nativeId }: Pick<SocialPost, 'source' | 'nativeId'>): string {
  return `${source}:${nativeId}`;
}

/** Which text of a post is the newest: by the source's time, then its revision, then the event id. */
export type Revision = readonly [eventTimeUs: number, nativeRev: string, eventId: string];

export function revisionOf({ eventTimeUs, nativeRev, eventId }: SocialPost): Revision {
  return [eventTimeUs, nativeRev ?? '', eventId];
}

export function isNewer(a: Revision, b: Revision): boolean {
  if (a[0] !== b[0]) return a[0] > b[0];
  return a[1] === b[1] ? a[2] > b[2] : a[1] > b[1];
}

/** What was said about one instrument. */
export interface Told {
  /** Event id of the CREATE that stands; null: retracted. */
  readonly standing: string | null;
  /** Versions published so far (I7). */
  readonly ver: number;
}

/** What is remembered of a post: which text counts, and what was told of it. Holds no text, unless drafts wait for the CREATE. */
export interface PostState {
  /** Time of the CREATE: all mentions carry it, an edit moves nothing between windows (W8). Null: not seen yet. */
  createdUs: number | null;
  /** The newest text; null: none yet. */
  revision: Revision | null;
  /** Terminal (C14): a text that is dated later does not bring a deleted post back. */
  cancelled: boolean;
  /** By instrument. */
  told: Record<string, Told>;
  /** Of an edit that came before its post. */
  held: readonly Draft[] | null;
  /** Greatest event time of an event of this post. */
  lastUs: number;
}

export function emptyPost(): PostState {
  return { createdUs: null, revision: null, cancelled: false, told: {}, held: null, lastUs: 0 };
}

const HOUR_MS = 3_600_000;
/** An event of the post can still come (Q5). */
const HORIZON_MS = 48 * HOUR_MS;
/** Its text can still be listed; one hour more than that, as the two are told by different clocks. */
const LISTED_MS = 169 * HOUR_MS;

/** From when on nothing needs the state: S54's 48 h, longer while there is a text that a deletion must take back (R2). */
export function expiryMs({ createdUs, lastUs, told }: PostState): number {
  const stands = Object.values(told).some(({ standing }) => standing !== null);
  const listedMs = stands ? (createdUs ?? 0) / 1000 + LISTED_MS : 0;
  return Math.ceil(Math.max(lastUs / 1000 + HORIZON_MS, listedMs));
}

export function encodePost(state: PostState): Uint8Array {
  return Buffer.from(JSON.stringify(state));
}

export function decodePost(body: Uint8Array): PostState {
  return JSON.parse(Buffer.from(body).toString('utf8')) as PostState;
}
