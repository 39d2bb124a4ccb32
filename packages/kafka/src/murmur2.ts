/**
 * Murmur2 as Java's Kafka client computes it (32 bit, seed 0x9747b28c), so that every client puts a key on the same partition.
 * kafkajs hashes strings differently in places; we never let it choose (H1).
 */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length;
  const words = length - (length % 4);
  let hash = 0x9747b28c ^ length;
  for (let at = 0; at < words; at += 4) {
    let word =
      (bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24);
    word = Math.imul(word, M);
    word = Math.imul(word ^ (word >>> R), M);
    hash = Math.imul(hash, M) ^ word;
  }
  const rest = length - words;
  if (rest >= 3) hash ^= (bytes[words + 2] ?? 0) << 16;
  if (rest >= 2) hash ^= (bytes[words + 1] ?? 0) << 8;
  if (rest >= 1) hash = Math.imul(hash ^ (bytes[words] ?? 0), M);
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}

const M = 0x5bd1e995;
const R = 24;

/** Partition of a key among `count` partitions. */
export function partitionOf(key: Uint8Array, count: number): number {
  return (murmur2(key) & 0x7fffffff) % count;
}
