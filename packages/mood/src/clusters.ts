/** What makes two mentions copies of one another (S64). */
interface Text {
  readonly contentHash: string;
  /** 16 hex digits, or empty: the text is too short to be compared. */
  readonly simhash: string;
}

export interface Clusters {
  /** Cluster of each text: the least index of its members. */
  readonly clusterOf: Int32Array;
  /** SimHashes that were compared: the price of the search. */
  readonly comparisons: number;
}

/** Two SimHashes this close are copies (S64): recall .96 on posts whose word 3-grams overlap by .8. */
const MAX_DISTANCE = 10;

/** Up to this many distinct SimHashes comparing all pairs is cheaper than an index. */
const SCAN_LIMIT = 512;

/**
 * Connected components of "same content hash, or SimHashes at most 10 bits apart": the order of the texts plays no part.
 */
export function duplicateClusters(texts: readonly Text[]): Clusters {
  const forest = new Forest(texts.length);
  const byContent = new Map<string, number>();
  const bySimhash = new Map<string, number>();
  for (const [index, { contentHash, simhash }] of texts.entries()) {
    forest.join(firstWith(byContent, contentHash, index), index);
    if (simhash !== '') forest.join(firstWith(bySimhash, simhash, index), index);
  }
  const hashes = new SimHashes([...bySimhash]);
  const comparisons =
    hashes.count <= SCAN_LIMIT ? scanPairs(hashes, forest) : searchBands(hashes, forest);
  return { clusterOf: forest.roots(), comparisons };
}

function firstWith(seen: Map<string, number>, key: string, index: number): number {
  const first = seen.get(key);
  if (first !== undefined) return first;
  seen.set(key, index);
  return index;
}

/** Distinct SimHashes in two 32 bit halves, and one text that has each. */
class SimHashes {
  readonly count: number;
  readonly high: Int32Array;
  readonly low: Int32Array;
  readonly textOf: Int32Array;

  constructor(distinct: readonly (readonly [simhash: string, index: number])[]) {
    this.count = distinct.length;
    this.high = Int32Array.from(distinct, ([simhash]) => Number.parseInt(simhash.slice(0, 8), 16));
    this.low = Int32Array.from(distinct, ([simhash]) => Number.parseInt(simhash.slice(8), 16));
    this.textOf = Int32Array.from(distinct, ([, index]) => index);
  }

  joinIfClose(a: number, b: number, forest: Forest): void {
    const distance =
      bits((this.high[a] ?? 0) ^ (this.high[b] ?? 0)) +
      bits((this.low[a] ?? 0) ^ (this.low[b] ?? 0));
    if (distance <= MAX_DISTANCE) forest.join(this.textOf[a] ?? 0, this.textOf[b] ?? 0);
  }
}

function scanPairs(hashes: SimHashes, forest: Forest): number {
  for (let a = 1; a < hashes.count; a += 1) {
    for (let b = 0; b < a; b += 1) hashes.joinIfClose(a, b, forest);
  }
  return (hashes.count * (hashes.count - 1)) / 2;
}

/** Six bands of 10 or 11 bits: of 10 differing bits at least one band has at most one (pigeonhole; Manku et al. 2007). */
const BANDS = [
  { half: 'high', shift: 21, width: 11 },
  { half: 'high', shift: 10, width: 11 },
  { half: 'high', shift: 0, width: 10 },
  { half: 'low', shift: 21, width: 11 },
  { half: 'low', shift: 10, width: 11 },
  { half: 'low', shift: 0, width: 10 },
] as const;

/** Look each hash up in a table per band, under its own bits and under each one flipped. */
function searchBands(hashes: SimHashes, forest: Forest): number {
  let comparisons = 0;
  for (const { half, shift, width } of BANDS) {
    const last = new Int32Array(1 << width).fill(-1);
    const before = new Int32Array(hashes.count);
    for (let index = 0; index < hashes.count; index += 1) {
      const band = ((hashes[half][index] ?? 0) >>> shift) & ((1 << width) - 1);
      for (let flip = -1; flip < width; flip += 1) {
        const bucket = flip < 0 ? band : band ^ (1 << flip);
        for (let other = last[bucket] ?? -1; other >= 0; other = before[other] ?? -1) {
          comparisons += 1;
          hashes.joinIfClose(index, other, forest);
        }
      }
      before[index] = last[band] ?? -1;
      last[band] = index;
    }
  }
  return comparisons;
}

/** Disjoint sets; the least member stands for its set. */
class Forest {
  readonly #parent: Int32Array;

  constructor(size: number) {
    this.#parent = Int32Array.from({ length: size }, (_, index) => index);
  }

  join(a: number, b: number): void {
    const rootA = this.#root(a);
    const rootB = this.#root(b);
    if (rootA < rootB) this.#parent[rootB] = rootA;
    else this.#parent[rootA] = rootB;
  }

  roots(): Int32Array {
    return this.#parent.map((_, index) => this.#root(index));
  }

  #root(member: number): number {
    let at = member;
    for (let up = this.#parent[at] ?? at; up !== at; up = this.#parent[at] ?? at) {
      const above = this.#parent[up] ?? up;
      this.#parent[at] = above;
      at = above;
    }
    return at;
  }
}

/** Set bits of a 32 bit number (Hacker's Delight 5-1). */
function bits(value: number): number {
  let v = value - ((value >>> 1) & 0x5555_5555);
  v = (v & 0x3333_3333) + ((v >>> 2) & 0x3333_3333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
