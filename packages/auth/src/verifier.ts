import { compactVerify, errors, type CryptoKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { principalOf } from './claims.ts';
import { ALGORITHM, parseCompactToken } from './compact-token.ts';
import { UnauthenticatedError } from './errors.ts';
import { createKeySet } from './key-set.ts';
import type { Principal } from './principal.ts';

export interface TokenVerifierOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string;
  readonly clock: { nowMs(): number };
  /** @default 15 minutes */
  readonly maxLifetimeMs?: number;
  /** @default 5 seconds; the largest allowed is 60 */
  readonly skewMs?: number;
  /** @default 5 minutes */
  readonly refreshAfterMs?: number;
  /** @default 1 hour */
  readonly keyTtlMs?: number;
  /** @default 30 seconds */
  readonly coolDownMs?: number;
  /** Replaces the global `fetch` in tests. */
  readonly fetch?: typeof fetch;
}

export interface TokenVerifier {
  /**
   * Who holds this token?
   * @throws UnauthenticatedError when the token is not good: answer 401
   * @throws TokenServiceUnavailableError when that cannot be known now: answer 503
   */
  verify(token: unknown): Promise<Principal>;
}

interface Accepted {
  readonly principal: Principal;
  readonly keyId: string;
  readonly key: CryptoKey;
}

const MAX_CACHED_TOKENS = 10_000;
const MAX_CACHED_CHARS = 16 * 1024 * 1024;
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/**
 * Verifies access tokens (S1-S7). Accepted ones are remembered, so that a busy caller costs a look-up (PF31); every hit checks
 * `exp` and that the key is still the issuer's. Refused ones are not remembered: an attacker could fill any memory.
 */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { clock } = options;
  const skewMs = Math.min(options.skewMs ?? 5 * SECOND_MS, MINUTE_MS);
  const rules = {
    issuer: options.issuer,
    audience: options.audience,
    maxLifetimeMs: options.maxLifetimeMs ?? 15 * MINUTE_MS,
    skewMs,
  };
  const keys = createKeySet({
    jwksUrl: options.jwksUrl,
    nowMs: () => clock.nowMs(),
    refreshAfterMs: options.refreshAfterMs ?? 5 * MINUTE_MS,
    keyTtlMs: options.keyTtlMs ?? 60 * MINUTE_MS,
    coolDownMs: options.coolDownMs ?? 30 * SECOND_MS,
    fetchTimeoutMs: 5 * SECOND_MS,
    fetch: options.fetch ?? fetch,
  });
  const accepted = new LRUCache<string, Accepted>({
    max: MAX_CACHED_TOKENS,
    maxSize: MAX_CACHED_CHARS,
    sizeCalculation: (_, token) => token.length,
  });

  async function judge(text: unknown): Promise<Accepted> {
    const token = parseCompactToken(text);
    const key = await keys.find(token.keyId);
    if (key === null) throw new UnauthenticatedError('unknown_key');
    try {
      await compactVerify(token.text, key, { algorithms: [ALGORITHM] });
    } catch (cause) {
      if (cause instanceof errors.JOSEError) throw new UnauthenticatedError('signature', cause);
      throw cause;
    }
    return { principal: principalOf(token.claims, rules, clock.nowMs()), keyId: token.keyId, key };
  }

  return {
    async verify(text) {
      const known = typeof text === 'string' ? accepted.get(text) : undefined;
      if (
        known !== undefined &&
        known.principal.expiresAtMs > clock.nowMs() - skewMs &&
        keys.holds(known.keyId, known.key)
      ) {
        return known.principal;
      }
      const fresh = await judge(text);
      accepted.set(text as string, fresh);
      return fresh.principal;
    },
  };
}
