import { importJWK, type CryptoKey, type JWK } from 'jose';
import { toError } from '@groundswell/domain';
import { ALGORITHM } from './compact-token.ts';
import { TokenServiceUnavailableError } from './errors.ts';

export interface KeySetOptions {
  readonly jwksUrl: string;
  readonly nowMs: () => number;
  /** Keys older than this are read again when next used: rotation shows within it. */
  readonly refreshAfterMs: number;
  /** Keys older than this are not used even while the issuer is down. */
  readonly keyTtlMs: number;
  /** Least time between two attempts to read the keys, whatever tokens ask for. */
  readonly coolDownMs: number;
  readonly fetchTimeoutMs: number;
  readonly fetch: typeof fetch;
}

/** The issuer's public keys. */
export interface KeySet {
  /**
   * The key of this id, or null if the issuer has none.
   * @throws TokenServiceUnavailableError when the issuer cannot be asked
   */
  find(keyId: string): Promise<CryptoKey | null>;
  /** Is this still the key of this id, as far as a fresh enough reading says? Never waits. */
  holds(keyId: string, key: CryptoKey): boolean;
}

const MAX_JWKS_CHARS = 64 * 1024;
const MAX_KEYS = 16;

/**
 * Reads and remembers the issuer's keys. Own code and not jose's remote set, because that one cools down only after a success
 * (a down issuer would be asked once per bad token) and forgets good keys at its first failed refresh.
 *
 * Invariant: at most one attempt per `coolDownMs`, successful or not (S4); a failed attempt changes no key.
 */
export function createKeySet(options: KeySetOptions): KeySet {
  let keys: ReadonlyMap<string, CryptoKey> = new Map();
  let readAtMs = -Infinity;
  let triedAtMs = -Infinity;
  let lastFailure: Error | null = null;
  let pending: Promise<void> | null = null;

  const ageMs = (): number => options.nowMs() - readAtMs;

  async function read(): Promise<void> {
    triedAtMs = options.nowMs();
    try {
      keys = await fetchKeys(options);
      readAtMs = options.nowMs();
      lastFailure = null;
    } catch (cause) {
      // Kept, not thrown: what it means depends on whether the wanted key is still known.
      lastFailure = toError(cause);
    }
  }

  async function refresh(): Promise<void> {
    if (pending === null && options.nowMs() - triedAtMs < options.coolDownMs) return;
    pending ??= read().finally(() => {
      pending = null;
    });
    await pending;
  }

  return {
    async find(keyId) {
      if (!keys.has(keyId) || ageMs() > options.refreshAfterMs) await refresh();
      if (ageMs() > options.keyTtlMs) throw new TokenServiceUnavailableError(lastFailure);
      const key = keys.get(keyId);
      if (key !== undefined) return key;
      // Unknown to the last reading; if the newer attempt failed, the key may exist all the same.
      if (lastFailure !== null) throw new TokenServiceUnavailableError(lastFailure);
      return null;
    },
    holds: (keyId, key) => ageMs() <= options.refreshAfterMs && keys.get(keyId) === key,
  };
}

async function fetchKeys(options: KeySetOptions): Promise<ReadonlyMap<string, CryptoKey>> {
  const answer = await options.fetch(options.jwksUrl, {
    redirect: 'error',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(options.fetchTimeoutMs),
  });
  const text = await answer.text();
  if (!answer.ok || text.length > MAX_JWKS_CHARS) throw new TokenServiceUnavailableError();
  const body = JSON.parse(text) as { readonly keys?: readonly JWK[] };
  if (!Array.isArray(body.keys) || body.keys.length > MAX_KEYS) {
    throw new TokenServiceUnavailableError();
  }
  const usable = (body.keys as readonly JWK[]).filter(isSigningKey);
  const imported = await Promise.all(
    usable.map(async ({ kid, kty, crv, x, y }) => {
      // Only the public members, so that a private key served by mistake is never held.
      const key = await importJWK({ kty, crv, x, y } as JWK, ALGORITHM);
      if (key instanceof Uint8Array) throw new TokenServiceUnavailableError();
      return [kid, key] as const;
    }),
  );
  return new Map(imported);
}

function isSigningKey(key: JWK): key is JWK & { readonly kid: string; readonly kty: string } {
  return (
    typeof key.kid === 'string' &&
    key.kty === 'EC' &&
    key.crv === 'P-256' &&
    (key.use ?? 'sig') === 'sig' &&
    (key.alg ?? ALGORITHM) === ALGORITHM
  );
}
