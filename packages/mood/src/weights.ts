/** The weights of S55 and S61 to S66, each a function of numbers. All are 1 for an ordinary post of an unknown author. */

/** Authors of one cluster of copies who count in full. */
const FULL_AUTHORS = 10;
/** Posts of one author that count in full. */
const FULL_POSTS = 3;

/** Weight of the j-th author (from 1) of a cluster of copies (S64). */
export function copyWeight(nthAuthor: number): number {
  return nthAuthor <= FULL_AUTHORS ? 1 : FULL_AUTHORS / nthAuthor;
}

/** What n posts of one author weigh together: min(n, 3) + sum of 1/j for j = 4..n (S65). */
export function authorCap(posts: number): number {
  let total = Math.min(posts, FULL_POSTS);
  for (let j = FULL_POSTS + 1; j <= posts; j += 1) total += 1 / j;
  return total;
}

/** .5 + (k + 2.5)/(n + 5) for k hits of n resolved past calls; 1 without any (S66). */
export function credibility(hits: number, resolvedCalls: number): number {
  return 0.5 + (hits + 2.5) / (resolvedCalls + 5);
}

/** clip(log10(1 + followers), .2, 3), 1 where unknown (S66). */
export function reachWeight(followers: number | null): number {
  if (followers === null) return 1;
  return Math.min(3, Math.max(0.2, Math.log10(1 + followers)));
}

/** A post about n instruments says 1/n about each; a stuffed one a tenth of that (S55). */
export function symbolWeight(symbolCount: number, stuffed: boolean): number {
  return (stuffed ? 0.1 : 1) / Math.max(1, symbolCount);
}

/** 2^(-age / half-life), age up to the end of the window (S61). */
export function ageWeight(ageMs: number, halfLifeMs: number): number {
  return 2 ** (-ageMs / halfLifeMs);
}
