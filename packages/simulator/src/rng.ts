/**
 * Seeded pseudo random numbers: xoshiro128** 1.1 (Blackman, Vigna 2018), seeded by splitmix32. Its whole state is four 32-bit words, so a
 * world can be stored and resumed. Not for secrets.
 */
export type RngState = readonly [number, number, number, number];

export interface Rng {
  /** Uniform integer in [0, 2^32). */
  nextU32(): number;
  /** Uniform in [0, 1), 32 bits of it. */
  float(): number;
  /** Standard normal (Marsaglia's polar method, one value per call so that no spare value is hidden state). */
  normal(): number;
  /** Exponential with the given mean. */
  exponential(mean: number): number;
  /** Uniform integer in [0, bound). */
  int(bound: number): number;
  chance(probability: number): boolean;
  /** @throws RangeError when `items` is empty */
  pick<T>(items: readonly T[]): T;
  state(): RngState;
}

export function createRng(seed: number | RngState): Rng {
  let [a, b, c, d] = typeof seed === 'number' ? spread(seed) : seed;

  function nextU32(): number {
    const result = Math.imul(rotl(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotl(d, 11);
    return result;
  }
  const float = (): number => nextU32() / 2 ** 32;
  function normal(): number {
    for (;;) {
      const u = 2 * float() - 1;
      const v = 2 * float() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
    }
  }
  return {
    nextU32,
    float,
    normal,
    exponential: (mean) => -mean * Math.log(1 - float()),
    int: (bound) => Math.floor(float() * bound),
    chance: (probability) => probability > 0 && float() < probability,
    pick: (items) => {
      const item = items[Math.floor(float() * items.length)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
    state: () => [a >>> 0, b >>> 0, c >>> 0, d >>> 0],
  };
}

function rotl(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}

/** Four words from one number; both halves of a large seed count. */
function spread(seed: number): RngState {
  let x = (seed ^ Math.floor(seed / 2 ** 32)) | 0;
  const word = (): number => {
    x = (x + 0x9e3779b9) | 0;
    let z = x;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  return [word(), word(), word(), word() | 1];
}
