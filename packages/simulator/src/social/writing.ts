import { formatIsoUs } from '@groundswell/domain';
import type { Rng } from '../rng.ts';
import type { Author } from './authors.ts';
import type { Composition } from './compose.ts';
import type { PostRef, WorldPost, WorldSideEvent } from './events.ts';
import { cidOf, tidOf } from './ids.ts';

/** Clients that say nothing about the language, or something wrong (P6). */
const NO_LANGS = 0.08;
const WRONG_LANGS = 0.06;
const WRONG = ['de', 'fr', 'tr', 'ko', 'en'] as const;

export interface Circumstances {
  /** When it is done. */
  readonly atUs: number;
  /** Number of the act: makes ids and times unique. */
  readonly act: number;
  readonly author: Author;
  readonly replyTo?: PostRef | null;
  readonly quoteOf?: PostRef | null;
  readonly copyOf?: string | null;
  readonly brigade?: number | null;
}

/** A new post of an author. */
export function writePost(composition: Composition, given: Circumstances, rng: Rng): WorldPost {
  const { atUs, act, author } = given;
  const { text, style, lang, mentions } = composition;
  const createdAt = claimedTime(atUs, rng);
  return {
    type: 'post',
    op: 'create',
    did: author.did,
    rkey: tidOf(atUs, act),
    rev: tidOf(atUs + 1000, act),
    timeUs: stamp(atUs, act, rng),
    createdAt,
    cid: cidOf([author.did, act, createdAt, text]),
    text,
    langs: claimedLangs(lang, rng),
    replyTo: given.replyTo ?? null,
    quoteOf: given.quoteOf ?? null,
    style,
    lang,
    mentions,
    followers: author.followers,
    authorSinceUs: author.sinceUs,
    copyOf: given.copyOf ?? null,
    brigade: given.brigade ?? null,
  };
}

export function sideEvent(
  type: WorldSideEvent['type'],
  did: string,
  given: { readonly atUs: number; readonly act: number; readonly subject: PostRef | null },
  rng: Rng,
): WorldSideEvent {
  const { atUs, act, subject } = given;
  return {
    type,
    did,
    timeUs: stamp(atUs, act, rng),
    rkey: tidOf(atUs, act),
    rev: tidOf(atUs + 1000, act),
    subject,
  };
}

/**
 * When the instance says that it saw something: up to 80 ms before it tells, so times are not monotonic; the last three digits number the
 * acts, so they are unique up to 12,500 acts per second (P5).
 */
export function stamp(atUs: number, act: number, rng: Rng): number {
  const seenUs = atUs - rng.int(80_000);
  return seenUs - (seenUs % 1000) + (act % 1000);
}

/** Mostly a second or two ago, sometimes off by more, 1 in 7 in the future (measured: -36.8 to +56.3 s). */
function claimedTime(atUs: number, rng: Rng): string {
  const dice = rng.float();
  const seconds =
    dice < 0.14 ? -rng.exponential(2) : dice < 0.2 ? 56 * rng.float() : 0.2 + rng.exponential(1.2);
  const claimedMs = Math.floor(atUs / 1000 - Math.max(-36.8, seconds) * 1000);
  const text = formatIsoUs(claimedMs * 1000);
  const spelling = rng.float();
  if (spelling < 0.06) return `${text.slice(0, 19)}+00:00`;
  return spelling < 0.1 ? text : `${text.slice(0, 23)}Z`;
}

function claimedLangs(lang: string, rng: Rng): readonly string[] | null {
  const dice = rng.float();
  if (dice < NO_LANGS) return null;
  if (dice < NO_LANGS + WRONG_LANGS) return [rng.pick(WRONG.filter((one) => one !== lang))];
  return dice > 0.95 && lang === 'en' ? ['en-US', 'en'] : [lang];
}
