import type { MoodRecord } from './mood-record.ts';
import { authorCap, copyWeight, credibility, reachWeight } from './weights.ts';

/** The factors of S64 to S66 of one mention. */
export interface Integrity {
  /** S64: 0 for an author's further copies. */
  readonly copy: number;
  /** S65: the mention's even part of what its author may weigh. */
  readonly cap: number;
  /** S66: followers, past calls and bot factor. */
  readonly author: number;
  /** S66: .1 for a bot; part of `author`. */
  readonly bot: number;
}

/** No calls are resolved yet and no bots told: both factors of S66 are 1 until a model says otherwise. */
const CREDIBILITY = credibility(0, 0);
const BOT = 1;

/**
 * Factors of the scored mentions. In a cluster of copies an author counts once, by the earliest of the copies; authors are ranked by
 * those. Mentions without a score take no rank and use up nobody's cap.
 * @param scored in order of {@link compareRecords}
 * @param clusterOf cluster of each of them
 */
export function integrityOf(
  scored: readonly MoodRecord[],
  clusterOf: (index: number) => number,
): readonly Integrity[] {
  const authorsOf = new Map<number, Set<string>>();
  const posts = new Map<string, number>();
  const copies = scored.map(({ authorKey }, index) => {
    const cluster = clusterOf(index);
    const authors = authorsOf.get(cluster) ?? new Set<string>();
    authorsOf.set(cluster, authors);
    if (authors.has(authorKey)) return 0;
    authors.add(authorKey);
    posts.set(authorKey, (posts.get(authorKey) ?? 0) + 1);
    return copyWeight(authors.size);
  });
  const capOf = new Map([...posts].map(([author, count]) => [author, authorCap(count) / count]));
  return scored.map(({ authorKey, followers }, index) => ({
    copy: copies[index] ?? 0,
    cap: capOf.get(authorKey) ?? 1,
    author: reachWeight(followers) * CREDIBILITY * BOT,
    bot: BOT,
  }));
}

/** (sum W)^2 / sum W^2 over what each author weighs in all (S67); null if nothing is weighed. */
export function effectiveAuthors(
  scored: readonly MoodRecord[],
  factors: readonly Integrity[],
): number | null {
  const totals = new Map<string, number>();
  for (const [index, { copy, cap, author }] of factors.entries()) {
    const key = scored[index]?.authorKey ?? '';
    totals.set(key, (totals.get(key) ?? 0) + copy * cap * author);
  }
  let sum = 0;
  let squares = 0;
  for (const total of totals.values()) {
    sum += total;
    squares += total * total;
  }
  return squares > 0 ? (sum * sum) / squares : null;
}
