import type { Rng } from '../rng.ts';
import { sha256Hex } from '../world/ledger.ts';
import { inventShill, type Author } from './authors.ts';
import { campaignCopy, composeCampaign, type Composition } from './compose.ts';
import type { Brigade } from './events.ts';
import { quietSubjects, type Subject } from './subjects.ts';

export interface BrigadePost {
  readonly atUs: number;
  readonly author: Author;
  readonly composition: Composition;
}

/** The first one comes while somebody still watches a fresh start. */
const FIRST_SECONDS = [40, 100] as const;
const GAP_SECONDS = [280, 440] as const;

export function firstBrigadeUs(fromUs: number, rng: Rng): number {
  return fromUs + microsBetween(FIRST_SECONDS, rng);
}

export function nextBrigadeUs(fromUs: number, rng: Rng): number {
  return fromUs + microsBetween(GAP_SECONDS, rng);
}

/** 40 to 120 near-copies of one text within 60 to 90 seconds, by 4 to 7 new accounts, about a quiet product. */
export function planBrigade(
  options: { readonly number: number; readonly fromUs: number; readonly notAbout: string | null },
  rng: Rng,
): { readonly brigade: Brigade; readonly posts: readonly BrigadePost[] } {
  const { number, fromUs, notAbout } = options;
  const subject = rng.pick<Subject>(quietSubjects.filter((one) => one.instrumentId !== notAbout));
  const { instrumentId } = subject;
  const original = composeCampaign(subject, rng);
  const authors = Array.from({ length: 4 + rng.int(4) }, () =>
    inventShill(rng, fromUs, subject.product),
  );
  const count = 40 + rng.int(81);
  const lengthUs = microsBetween([60, 90], rng);
  const times = Array.from({ length: count }, () => fromUs + Math.round(rng.float() * lengthUs));
  times.sort((a, b) => a - b);
  const posts = times.map((atUs, index) => ({
    atUs,
    // Each has its turn at least once: every account that is named as a member wrote something.
    author: authors[index % authors.length] ?? rng.pick(authors),
    composition: campaignCopy(original, rng),
  }));
  const brigade: Brigade = {
    number,
    instrumentId,
    fromUs,
    toUs: times.at(-1) ?? fromUs,
    posts: count,
    dids: authors.map(({ did }) => did),
    text: original.text,
    sha256: sha256Hex(original.text),
  };
  return { brigade, posts };
}

function microsBetween([low, high]: readonly [number, number], rng: Rng): number {
  return Math.round((low + rng.float() * (high - low)) * 1e6);
}
