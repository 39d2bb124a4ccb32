import type { MentionRecord } from './mentions.ts';

/** A mention with what the crowd around it does to its weight (S64, S65). */
export interface CrowdPost {
  readonly content: MentionRecord;
  /** Mentions in its cluster, itself included. */
  readonly copies: number;
  readonly copyFactor: number;
  readonly capFactor: number;
}

/** Looks at every pair, and for every mention at all others. */
export function crowdOf(mentions: readonly MentionRecord[]): readonly CrowdPost[] {
  const clusterOf = components(mentions);
  const inCluster = (id: number): readonly MentionRecord[] =>
    mentions.filter((_, index) => clusterOf[index] === id).toSorted(byTime);
  const copyFactors = mentions.map((mention, index) => {
    if (mention.skipped !== null) return 0;
    const scored = inCluster(clusterOf[index] ?? -1).filter(({ skipped }) => skipped === null);
    const own = scored.filter(({ authorKey }) => authorKey === mention.authorKey);
    if (own[0] !== mention) return 0;
    const before = scored.slice(0, scored.indexOf(mention));
    const rank = new Set(before.map(({ authorKey }) => authorKey)).size + 1;
    return rank > 10 ? 10 / rank : 1;
  });
  return mentions.map((content, index) => {
    const left = mentions.filter(
      ({ authorKey }, other) => authorKey === content.authorKey && (copyFactors[other] ?? 0) > 0,
    ).length;
    return {
      content,
      copies: inCluster(clusterOf[index] ?? -1).length,
      copyFactor: copyFactors[index] ?? 0,
      capFactor: left === 0 ? 1 : authorTotal(left) / left,
    };
  });
}

/** min(n, 3) + 1/4 + ... + 1/n. */
function authorTotal(n: number): number {
  return n <= 3 ? n : authorTotal(n - 1) + 1 / n;
}

function byTime(a: MentionRecord, b: MentionRecord): number {
  return a.eventTimeUs - b.eventTimeUs || (a.postId < b.postId ? -1 : 1);
}

/** Give neighbours the lesser number until nothing changes. */
function components(mentions: readonly MentionRecord[]): readonly number[] {
  const numbers = mentions.map((_, index) => index);
  for (let changed = true; changed;) {
    changed = false;
    for (const [i, a] of mentions.entries()) {
      for (const [j, b] of mentions.entries()) {
        if ((numbers[i] ?? 0) <= (numbers[j] ?? 0) || !areCopies(a, b)) continue;
        numbers[i] = numbers[j] ?? 0;
        changed = true;
      }
    }
  }
  return numbers;
}

function areCopies(a: MentionRecord, b: MentionRecord): boolean {
  if (a.contentHash === b.contentHash) return true;
  if (a.simhash === '' || b.simhash === '') return false;
  let differing = BigInt(`0x${a.simhash}`) ^ BigInt(`0x${b.simhash}`);
  let distance = 0;
  for (; differing > 0n; differing >>= 1n) distance += Number(differing & 1n);
  return distance <= 10;
}
