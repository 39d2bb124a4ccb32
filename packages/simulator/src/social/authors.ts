import type { Rng } from '../rng.ts';
import { inventDid } from './ids.ts';

/** Somebody who posts. Followers and age are known to the truth only: Jetstream does not tell them. */
export interface Author {
  readonly did: string;
  readonly followers: number;
  /** When the account was made, epoch micros. */
  readonly sinceUs: number;
  /** Weight in the choice of who posts next: a few post much, most post little. */
  readonly activity: number;
  /** Mean of what they feel, -1..1, whatever the market does. */
  readonly bias: number;
  /** Paid to praise one product; null for everyone else. */
  readonly shills: string | null;
  /** Language of most of their posts. */
  readonly lang: string;
}

const DAY_US = 86_400e6;
const LANGS = ['de', 'es', 'fr', 'pt', 'ja'] as const;
const FOREIGN_SHARE = 0.06;

/** A person: Pareto followers and activity, years of age, mild opinions. */
export function inventAuthor(rng: Rng, nowUs: number): Author {
  return {
    did: inventDid(rng),
    followers: Math.floor(20 / (1 - rng.float()) ** 0.9),
    sinceUs: Math.floor(nowUs - DAY_US * (20 + 1200 * rng.float())),
    activity: 1 / (1 - rng.float()) ** 0.7,
    bias: 0.35 * rng.normal(),
    shills: null,
    lang: rng.chance(FOREIGN_SHARE) ? rng.pick(LANGS) : 'en',
  };
}

/** An account made days ago for one purpose. */
export function inventShill(rng: Rng, nowUs: number, product: string): Author {
  return {
    ...inventAuthor(rng, nowUs),
    followers: rng.int(30),
    sinceUs: Math.floor(nowUs - DAY_US * (1 + 14 * rng.float())),
    activity: 1,
    bias: 1,
    shills: product,
    lang: 'en',
  };
}
