import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { isRetriable } from '@groundswell/domain';
import { takeTokens, type BucketAnswer, type BucketPolicy, type Redis } from '@groundswell/redis';
import type { Allowance } from '../ports.ts';

/**
 * Buckets in Redis, shared by the replicas. While Redis is down each replica counts by itself, in windows of the time that a bucket
 * takes to fill: with n replicas a caller then gets at most n times its allowance, and nobody is locked out.
 */
export function createAllowance(redis: Redis): Allowance {
  const local = new Map<string, RateLimiterMemory>();

  function limiterOf({ capacity, refillPerSecond }: BucketPolicy): RateLimiterMemory {
    const name = `${capacity}/${refillPerSecond}`;
    let limiter = local.get(name);
    if (limiter === undefined) {
      limiter = new RateLimiterMemory({ points: capacity, duration: capacity / refillPerSecond });
      local.set(name, limiter);
    }
    return limiter;
  }

  async function takeLocally(
    key: string,
    policy: BucketPolicy,
    cost: number,
  ): Promise<BucketAnswer> {
    try {
      const { remainingPoints } = await limiterOf(policy).consume(key, cost);
      return { allowed: true, tokensLeft: remainingPoints, retryAfterMs: 0 };
    } catch (thrown) {
      if (!(thrown instanceof RateLimiterRes)) throw thrown;
      return { allowed: false, tokensLeft: 0, retryAfterMs: thrown.msBeforeNext };
    }
  }

  return {
    take: async (key, policy, cost) => {
      try {
        return await takeTokens(redis, key, policy, cost);
      } catch (thrown) {
        if (!isRetriable(thrown)) throw thrown;
        return takeLocally(key, policy, cost);
      }
    },
  };
}
