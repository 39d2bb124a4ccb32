import { UnauthenticatedError } from './errors.ts';
import { isScope, type Principal, type Scope } from './principal.ts';

export interface ClaimRules {
  readonly issuer: string;
  readonly audience: string;
  /** Longest life a token may still have, and may ever have had. */
  readonly maxLifetimeMs: number;
  /** How far the issuer's clock may be from ours. */
  readonly skewMs: number;
}

const INVESTOR_KEY = /^v[1-9]\d{0,4}:[A-Za-z0-9_-]{43}$/;
const MAX_SECONDS = 253_402_300_799; // the end of the year 9999

/**
 * Judge the claims of a token whose signature is right. A signature only says that the issuer wrote it; jose alone would accept
 * a missing, fractional or absurd `exp`, a future `iat` and any number of claims (measured, 6.2.17).
 * @throws UnauthenticatedError
 */
export function principalOf(
  claims: Readonly<Record<string, unknown>>,
  rules: ClaimRules,
  nowMs: number,
): Principal {
  if (claims['iss'] !== rules.issuer) throw new UnauthenticatedError('issuer');
  if (!isFor(claims['aud'], rules.audience)) throw new UnauthenticatedError('audience');

  const expiresAtMs = wholeSeconds(claims['exp']) * 1000;
  const issuedAtMs = wholeSeconds(claims['iat']) * 1000;
  const notBeforeMs = claims['nbf'] === undefined ? 0 : wholeSeconds(claims['nbf']) * 1000;
  const latestMs = nowMs + rules.skewMs;
  if (
    expiresAtMs <= nowMs - rules.skewMs ||
    expiresAtMs > latestMs + rules.maxLifetimeMs ||
    expiresAtMs - issuedAtMs > rules.maxLifetimeMs ||
    issuedAtMs > latestMs ||
    notBeforeMs > latestMs
  ) {
    throw new UnauthenticatedError('time');
  }

  const granted = scopesOf(claims['scope']);
  const investorKey = claims['investor_key'];
  if (
    investorKey !== undefined &&
    !(typeof investorKey === 'string' && INVESTOR_KEY.test(investorKey))
  ) {
    throw new UnauthenticatedError('claims');
  }
  if (granted.has('investor:self') && investorKey === undefined) {
    throw new UnauthenticatedError('claims');
  }
  return {
    subject: shortText(claims['sub']),
    tokenId: shortText(claims['jti']),
    scopes: granted,
    // A key without its scope gives nothing.
    investorKey: granted.has('investor:self') ? (investorKey ?? null) : null,
    expiresAtMs,
  };
}

function isFor(audience: unknown, ours: string): boolean {
  return (
    audience === ours ||
    (Array.isArray(audience) && audience.length <= 8 && audience.includes(ours))
  );
}

function wholeSeconds(value: unknown): number {
  if (
    typeof value !== 'number' ||
    !Number.isSafeInteger(value) ||
    value < 0 ||
    value > MAX_SECONDS
  ) {
    throw new UnauthenticatedError('time');
  }
  return value;
}

function shortText(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > 255) {
    throw new UnauthenticatedError('claims');
  }
  return value;
}

/** Scopes that we do not know grant nothing: the issuer may serve other programs too. */
function scopesOf(value: unknown): ReadonlySet<Scope> {
  if (value === undefined) return new Set();
  if (typeof value !== 'string' || value.length > 1024) throw new UnauthenticatedError('claims');
  return new Set(value.split(' ').filter(isScope));
}
