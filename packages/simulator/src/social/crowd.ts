import { at } from '../at.ts';
import { createRng, type Rng } from '../rng.ts';
import { inventAuthor, inventShill, type Author } from './authors.ts';
import { quietSubjects, type Subject } from './subjects.ts';

/** Everyone who posts outside brigades. */
export interface Crowd {
  /** Someone, the busy ones more often. */
  choose(rng: Rng): Author;
  /** Someone posts no more, and someone new comes. @returns who left */
  replaceOne(nowUs: number, rng: Rng): Author;
  snapshot(): CrowdSnapshot;
}

/** People follow from the seed, their seat and when they took it: only those who came later are remembered. */
export interface CrowdSnapshot {
  readonly bornUs: number;
  readonly newcomers: readonly (readonly [seat: number, bornUs: number])[];
}

/** So many that an hour of posts about the most popular product has hundreds of authors. */
const SIZE = 4000;
/** Lone accounts that praise one product all day, without a campaign. */
const SHILLS = 20;
/** Nobody posts more often than so many times as much as the least active. */
const MAX_ACTIVITY = 12;

export function createCrowd(seed: number, startUs: number, resume?: CrowdSnapshot): Crowd {
  const bornUs = resume?.bornUs ?? startUs;
  const newcomers = new Map(resume?.newcomers);
  const members = Array.from({ length: SIZE }, (_, seat) =>
    personAt(seed, seat, newcomers.get(seat) ?? bornUs),
  );
  let cumulative = weigh(members);

  return {
    choose: (rng) => at(members, firstAbove(cumulative, rng.float() * (cumulative.at(-1) ?? 0))),
    replaceOne(nowUs, rng) {
      const seat = SHILLS + rng.int(SIZE - SHILLS);
      const left = at(members, seat);
      newcomers.set(seat, nowUs);
      members[seat] = personAt(seed, seat, nowUs);
      cumulative = weigh(members);
      return left;
    },
    snapshot: () => ({ bornUs, newcomers: [...newcomers] }),
  };
}

function personAt(seed: number, seat: number, bornUs: number): Author {
  const rng = createRng(seed ^ Math.imul(seat + 1, 0x9e37_79b1) ^ Math.floor(bornUs / 1e6));
  if (seat >= SHILLS) return inventAuthor(rng, bornUs);
  return inventShill(rng, bornUs, rng.pick<Subject>(quietSubjects).product);
}

function weigh(members: readonly Author[]): number[] {
  let sum = 0;
  return members.map(({ activity }) => (sum += Math.min(MAX_ACTIVITY, activity)));
}

/** First index whose bound is above the dice. */
function firstAbove(cumulative: readonly number[], dice: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] ?? 0) > dice) high = middle;
    else low = middle + 1;
  }
  return low;
}
