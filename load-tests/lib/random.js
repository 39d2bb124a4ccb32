/** Chance that a seed repeats: two runs of one scenario ask for the same things. Pure. */

/**
 * mulberry32 (T. Ettinger 2017, public domain): 32 bits of state, good enough to choose keys by.
 * @param {number} seed
 * @returns {() => number} uniform in [0, 1)
 */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Ranks by Zipf's law, the first most often: P(k) ~ 1 / (k + 1)^exponent.
 * @param {number} count how many ranks
 * @param {number} exponent
 * @returns {(u: number) => number} uniform [0, 1) to a rank from 0
 */
export function zipf(count, exponent) {
  let sum = 0;
  const sums = Array.from({ length: count }, (_, k) => (sum += (k + 1) ** -exponent));
  return (u) =>
    Math.max(
      0,
      sums.findIndex((upTo) => u * sum < upTo),
    );
}

/**
 * Several different ones, popular ones likelier; the order is random.
 * @template T
 * @param {readonly T[]} from most popular first
 * @param {number} count at most `from.length`
 * @param {() => number} random
 * @returns {T[]}
 */
export function pickSome(from, count, random) {
  const left = [...from];
  const picked = [];
  while (picked.length < count && left.length > 0) {
    const [one] = left.splice(zipf(left.length, 1.1)(random()), 1);
    if (one !== undefined) picked.push(one);
  }
  return picked;
}
