import { expect } from 'chai';
import fc from 'fast-check';
import { duplicateClusters } from '../src/index.ts';

type Text = Parameters<typeof duplicateClusters>[0][number];

/** Flip the named bits of a 64 bit hash. */
function flipped(hash: bigint, bits: readonly number[]): bigint {
  return bits.reduce((value, bit) => value ^ (1n << BigInt(bit)), hash);
}
const hex = (hash: bigint): string => hash.toString(16).padStart(16, '0');
const text = (index: number, hash: bigint | null): Text => ({
  contentHash: `own text ${index}`,
  simhash: hash === null ? '' : hex(hash),
});

/** A seeded generator: 64 random bits a call. */
function random(seed: number): () => bigint {
  let state = BigInt(seed);
  return () => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & ((1n << 64n) - 1n);
    let mixed = (state ^ (state >> 33n)) * 0xff51_afd7_ed55_8ccdn;
    mixed &= (1n << 64n) - 1n;
    return mixed ^ (mixed >> 29n);
  };
}

function close(a: Text, b: Text): boolean {
  if (a.contentHash === b.contentHash) return true;
  if (a.simhash === '' || b.simhash === '') return false;
  const differing = BigInt(`0x${a.simhash}`) ^ BigInt(`0x${b.simhash}`);
  return differing.toString(2).replaceAll('0', '').length <= 10;
}

/** Every pair is compared; whoever is reached from a text belongs to it. */
function slowClusters(texts: readonly Text[]): number[] {
  const near = texts.map((a) => [...texts.keys()].filter((j) => close(a, texts[j]!)));
  const cluster = texts.map(() => -1);
  for (const start of texts.keys()) {
    const reached = cluster[start] === -1 ? [start] : [];
    for (const index of reached) {
      if (cluster[index] !== -1) continue;
      cluster[index] = start;
      reached.push(...near[index]!);
    }
  }
  return cluster;
}

describe('clusters of copies', () => {
  it('joins equal texts, and SimHashes up to 10 bits apart, not 11', () => {
    const base = 0x0123_4567_89ab_cdefn;
    const ten = [0, 7, 13, 20, 27, 33, 40, 47, 53, 60];
    const texts = [
      text(0, base),
      text(1, flipped(base, ten)),
      text(2, flipped(base, [...ten, 61])),
      text(3, null),
      text(4, null),
      { contentHash: 'own text 3', simhash: '' },
    ];
    // 2 is one bit from 1, so it belongs to both.
    expect([...duplicateClusters(texts).clusterOf]).to.deep.equal([0, 0, 0, 3, 4, 3]);
    expect([...duplicateClusters([texts[0]!, texts[2]!]).clusterOf]).to.deep.equal([0, 1]);
  });

  it('finds through its index what comparing all pairs finds, chains included', () => {
    const next = random(7);
    const texts: Text[] = [];
    // Random hashes, each with a chain of relatives: the ends of a chain are far apart.
    for (let family = 0; family < 135; family += 1) {
      let hash = next();
      for (let member = 0; member < 4; member += 1) {
        texts.push(text(texts.length, hash));
        const bits = Array.from({ length: 8 + (family % 5) }, () => Number(next() % 64n));
        hash = flipped(hash, [...new Set(bits)]);
      }
    }
    const found = [...duplicateClusters(texts).clusterOf];
    expect(found).to.deep.equal(slowClusters(texts));
    expect(new Set(found).size).to.be.within(135, 300);
  }).timeout(20_000);

  it('gives the same clusters in any order', () => {
    const hash = fc.tuple(
      fc.constantFrom(0n, (1n << 64n) - 1n),
      fc.array(fc.nat(63), { maxLength: 16 }),
    );
    const one = fc.tuple(fc.nat(4), fc.option(hash, { nil: null }));
    fc.assert(
      fc.property(fc.array(one, { maxLength: 25 }), fc.infiniteStream(fc.nat()), (list, keys) => {
        const texts = list.map(([content, simhash], index) => ({
          contentHash: content === 0 ? `own ${index}` : `shared ${content}`,
          simhash: simhash === null ? '' : hex(flipped(simhash[0], simhash[1])),
        }));
        const order = texts
          .map((_, index) => [keys.next().value ?? 0, index] as const)
          .sort(([a], [b]) => a - b);
        const shuffled = duplicateClusters(order.map(([, index]) => texts[index]!)).clusterOf;
        const pairs = (of: (index: number) => number): boolean[] =>
          texts.flatMap((_, i) => texts.map((__, j) => of(i) === of(j)));
        const straight = duplicateClusters(texts).clusterOf;
        const placeOf = new Map(order.map(([, index], place) => [index, place]));
        expect(pairs((index) => shuffled[placeOf.get(index)!]!)).to.deep.equal(
          pairs((index) => straight[index]!),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('compares a twentieth of all pairs among 10,000 unlike texts, and nothing among equal ones', () => {
    const next = random(3);
    const unlike = Array.from({ length: 10_000 }, (_, index) => text(index, next()));
    // expected share of pairs: 4 x 12/2048 + 2 x 11/1024 = .045
    expect(duplicateClusters(unlike).comparisons).to.be.lessThan(0.05 * ((10_000 * 9_999) / 2));
    const equal = unlike.map((_, index) => text(index, 42n));
    expect(duplicateClusters(equal).comparisons).to.equal(0);
  });
});
