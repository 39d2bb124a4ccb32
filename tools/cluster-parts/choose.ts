import type { Part } from './catalogue.ts';

/** Names of parts, as the command line gives them. */
export interface Choice {
  /** These and no others. Empty: what is installed by default. */
  readonly only: readonly string[];
  /** These besides. */
  readonly with: readonly string[];
  readonly except: readonly string[];
}

/** What is to be installed, in the order in which it can be. @throws when a name is no part, or two wait for each other */
export function choose(parts: readonly Part[], choice: Choice): readonly Part[] {
  const names = parts.map((one) => one.name);
  const unknown = [choice.only, choice.with, choice.except]
    .flat()
    .filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new Error(`no part is called ${unknown.join(', ')}; there are ${names.join(', ')}`);
  }
  const isChosen = ({ name, byDefault }: Part): boolean =>
    !choice.except.includes(name) &&
    (choice.with.includes(name) ||
      (choice.only.length > 0 ? choice.only.includes(name) : byDefault));
  return inOrder(parts.filter(isChosen));
}

/** `after` first, otherwise as written. Who waits for a part that is not chosen does not wait. */
function inOrder(parts: readonly Part[]): readonly Part[] {
  const done: Part[] = [];
  let left = parts;
  while (left.length > 0) {
    const next = left.find((one) => !left.some((other) => one.after.includes(other.name)));
    if (next === undefined) {
      throw new Error(`${left.map((one) => one.name).join(', ')} wait for each other`);
    }
    done.push(next);
    left = left.filter((one) => one !== next);
  }
  return done;
}
