import type { Redis } from './connection.ts';

export interface BucketPolicy {
  /** Most tokens at once. */
  readonly capacity: number;
  readonly refillPerSecond: number;
}

export interface BucketAnswer {
  readonly allowed: boolean;
  readonly tokensLeft: number;
  /** Until the wanted tokens are there; 0 when allowed. */
  readonly retryAfterMs: number;
}

/** Take tokens from the bucket of a principal, shared by all replicas (S50). @throws RedisUnavailableError */
export async function takeTokens(
  redis: Redis,
  principal: string,
  policy: BucketPolicy,
  count = 1,
): Promise<BucketAnswer> {
  const reply = await redis.script(
    'take-tokens',
    [redis.keys.bucket(principal)],
    [String(policy.capacity), String(policy.refillPerSecond), String(count)],
  );
  const [allowed, tokensLeft, retryAfterMs] = reply as [number, number, number];
  return { allowed: allowed === 1, tokensLeft, retryAfterMs };
}
