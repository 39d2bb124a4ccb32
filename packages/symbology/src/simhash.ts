import { normaliseText } from './text-hash.ts';

/** Texts with fewer words have no near-duplicates, only copies (S64). */
const MIN_TOKENS = 5;
/** Of texts without a hash: farther than any threshold. */
const FAR = 64;

/**
 * SimHash of the normalised text (Charikar 2002; S64): each word and each pair of neighbours votes on every bit as often as it occurs. 16 hex
 * digits; '' below 5 words. Two texts are near-duplicates at a Hamming distance of at most 10. Words are runs of letters and digits: a text in
 * a script without spaces is few long words, and has no hash or a coarse one.
 */
export function simhash64(text: string): string {
  const words = [...normaliseText(text).matchAll(/[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu)].map(
    ([word]) => word,
  );
  if (words.length < MIN_TOKENS) return '';
  const votes = new Int32Array(64);
  let before = '';
  for (const word of words) {
    vote(votes, word);
    if (before !== '') vote(votes, `${before} ${word}`);
    before = word;
  }
  let high = 0;
  let low = 0;
  for (let bit = 0; bit < 32; bit += 1) {
    if ((votes[bit] ?? 0) > 0) high |= 1 << bit;
    if ((votes[bit + 32] ?? 0) > 0) low |= 1 << bit;
  }
  return hex(high) + hex(low);
}

/** Bits in which two hashes differ, 0..64; 64 where one of them is ''. */
export function hammingDistance(a: string, b: string): number {
  if (a.length !== 16 || b.length !== 16) return FAR;
  return differingBits(a.slice(0, 8), b.slice(0, 8)) + differingBits(a.slice(8), b.slice(8));
}

function vote(votes: Int32Array, gram: string): void {
  // Two 32-bit FNV-1a hashes over UTF-16 code units with different seeds, each finished by the mixer of MurmurHash3.
  let high = 0x811c9dc5;
  let low = 0x9747b28c;
  for (let index = 0; index < gram.length; index += 1) {
    const unit = gram.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ unit, 0x01000193);
  }
  high = mix(high);
  low = mix(low ^ 0x5bd1e995);
  for (let bit = 0; bit < 32; bit += 1) {
    votes[bit] = (votes[bit] ?? 0) + ((high >>> bit) & 1 ? 1 : -1);
    votes[bit + 32] = (votes[bit + 32] ?? 0) + ((low >>> bit) & 1 ? 1 : -1);
  }
}

function mix(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}

function differingBits(a: string, b: string): number {
  let difference = Number.parseInt(a, 16) ^ Number.parseInt(b, 16);
  let count = 0;
  for (; difference !== 0; difference &= difference - 1) count += 1;
  return count;
}
