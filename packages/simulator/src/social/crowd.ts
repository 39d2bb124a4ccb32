import type { Rng } from '../rng.ts';
import { inventAuthor, inventShill, type Author } from './authors.ts';
import { quietSubjects, type Subject } from './subjects.ts';

/** Everyone who posts outside brigades. */
export interface Crowd {
  /** Someone, the busy ones more often. */
  choose(): Author;
  /** Someone posts no more, and someone new comes. @returns who left */
  replaceOne(nowUs: number): Author;
  members(): readonly Author[];
}

const SIZE = 320;
/** Lone accounts that praise one product all day, without a campaign. */
const SHILLS = 4;

export function createCrowd(rng: Rng, startUs: number, resume?: readonly Author[]): Crowd {
  const members = [...(resume ?? invent(rng, startUs))];
  let cumulative = weigh(members);

  return {
    choose() {
      const dice = rng.float() * (cumulative.at(-1) ?? 0);
      return at(
        members,
        Math.max(
          0,
          cumulative.findIndex((bound) => dice < bound),
        ),
      );
    },
    replaceOne(nowUs) {
      const index = SHILLS + rng.int(members.length - SHILLS);
      const left = at(members, index);
      members[index] = inventAuthor(rng, nowUs);
      cumulative = weigh(members);
      return left;
    },
    members: () => members,
  };
}

function invent(rng: Rng, startUs: number): Author[] {
  const someProduct = (): string => rng.pick<Subject>(quietSubjects).product;
  return Array.from({ length: SIZE }, (_, index) =>
    index < SHILLS ? inventShill(rng, startUs, someProduct()) : inventAuthor(rng, startUs),
  );
}

function weigh(members: readonly Author[]): number[] {
  let sum = 0;
  return members.map(({ activity }) => (sum += Math.min(12, activity)));
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item ${index}`);
  return item;
}
