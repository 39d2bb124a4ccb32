import { createHmac, createPrivateKey, sign as signBytes } from 'node:crypto';
import { createTokenVerifier, type TokenVerifier } from '../src/index.ts';
import { createTokenSigner, generateSigningKeyPem, type TokenSigner } from '../src/signer.ts';

export const ISSUER = 'http://issuer.test';
export const AUDIENCE = 'groundswell';
export const START_MS = 1_700_000_000_000;
export const NOW_S = START_MS / 1000;

export interface Issuer {
  readonly pem: string;
  readonly signer: TokenSigner;
  readonly keyId: string;
}

/** A clock that stands until it is moved. */
export function aClock(): { ms: number; nowMs(): number } {
  const clock = { ms: START_MS, nowMs: () => clock.ms };
  return clock;
}

export async function anIssuer(clock: { nowMs(): number }): Promise<Issuer> {
  const pem = generateSigningKeyPem();
  const signer = await createTokenSigner({
    issuer: ISSUER,
    audience: AUDIENCE,
    privateKeyPem: pem,
    clock,
  });
  return { pem, signer, keyId: signer.publicKey.kid ?? '' };
}

/** The issuer's key document as a fake server gives it; counts how often it is asked. */
export function aKeyServer(...issuers: Issuer[]): {
  issuers: Issuer[];
  down: boolean;
  reads: number;
  readonly fetch: typeof fetch;
} {
  const server = {
    issuers,
    down: false,
    reads: 0,
    fetch: (() => {
      server.reads += 1;
      if (server.down) return Promise.reject(new TypeError('fetch failed'));
      return Promise.resolve(
        Response.json({ keys: server.issuers.map(({ signer }) => signer.publicKey) }),
      );
    }) as typeof fetch,
  };
  return server;
}

export function aVerifier(
  clock: { nowMs(): number },
  keys: { fetch: typeof fetch },
): TokenVerifier {
  return createTokenVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    jwksUrl: `${ISSUER}/.well-known/jwks.json`,
    clock,
    fetch: keys.fetch,
  });
}

export const goodClaims = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'someone',
  jti: 'token-1',
  iat: NOW_S,
  exp: NOW_S + 900,
  scope: 'features:read',
} as const;

const part = (text: string): string => Buffer.from(text).toString('base64url');

/** A token with any header and claims text, truly signed by the issuer: what a careless issuer could write. */
export function forge(
  issuer: Issuer,
  claims: object | string,
  header: object | string = {},
): string {
  const headerText =
    typeof header === 'string'
      ? header
      : JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: issuer.keyId, ...header });
  const claimsText = typeof claims === 'string' ? claims : JSON.stringify(claims);
  const signed = `${part(headerText)}.${part(claimsText)}`;
  const key = { key: createPrivateKey(issuer.pem), dsaEncoding: 'ieee-p1363' } as const;
  return `${signed}.${signBytes('sha256', Buffer.from(signed), key).toString('base64url')}`;
}

/** A token whose HMAC secret is a public text: the classic confusion of algorithms (S2). */
export function forgeWithSharedSecret(issuer: Issuer, secret: string): string {
  const header = part(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid: issuer.keyId }));
  const signed = `${header}.${part(JSON.stringify(goodClaims))}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
