import { postUri } from './ids.ts';
import type { IntendedMention } from './compose.ts';
import type { Style } from './phrases.ts';

/** What people of the synthetic world do, before any wire format. */

/** One revision of a post, or its deletion. `did`, `rkey`, `rev` identify it (P4). */
export interface WorldPost {
  readonly type: 'post';
  readonly op: 'create' | 'update' | 'delete';
  readonly did: string;
  readonly rkey: string;
  readonly rev: string;
  /** `time_us`: when the instance says that it saw it; a planted fate may put it into the past or the future. */
  readonly timeUs: number;
  /** Well formed; it does not hash the record. Empty in a deletion. */
  readonly cid: string;
  /** The author's claim exactly as on the wire: off by seconds, in several spellings (P5). */
  readonly createdAt: string;
  /** Empty in a deletion, as are mentions. */
  readonly text: string;
  /** What the author's client claims; null: nothing. */
  readonly langs: readonly string[] | null;
  readonly replyTo: PostRef | null;
  readonly quoteOf: PostRef | null;
  /** The truth about it. */
  readonly style: Style;
  readonly lang: string;
  readonly mentions: readonly IntendedMention[];
  readonly followers: number;
  readonly authorSinceUs: number;
  /** Text taken from another post (its address), almost word by word. */
  readonly copyOf: string | null;
  /** Number of the brigade that it belongs to. */
  readonly brigade: number | null;
}

export interface PostRef {
  readonly uri: string;
  readonly cid: string;
}

/** What else happens on the network; the filter of a client keeps likes away, never the others. */
export interface WorldSideEvent {
  readonly type: 'like' | 'identity' | 'account-active' | 'account-deleted';
  readonly did: string;
  readonly timeUs: number;
  readonly rkey: string;
  readonly rev: string;
  /** What is liked. */
  readonly subject: PostRef | null;
}

/** Many posts by few new accounts about one quiet instrument. */
export interface Brigade {
  readonly number: number;
  readonly instrumentId: string;
  readonly fromUs: number;
  /** Time of the last post. */
  readonly toUs: number;
  readonly posts: number;
  readonly dids: readonly string[];
  /** What is copied, and its SHA-256 as it stands here. */
  readonly text: string;
  readonly sha256: string;
}

export type SocialEvent =
  WorldPost | WorldSideEvent | { readonly type: 'brigade'; readonly brigade: Brigade };

/**
 * event_id that a revision of a post must carry in the platform (E1): `source:native_id:rev`, where the native id is its address with the
 * key of the author in place of the did.
 */
export function postEventId(
  source: string,
  authorKey: string,
  { rkey, rev }: Pick<WorldPost, 'rkey' | 'rev'>,
): string {
  return `${source}:${postUri({ did: authorKey, rkey })}:${rev}`;
}
