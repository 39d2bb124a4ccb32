import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, SignJWT, type JWK } from 'jose';
import { ALGORITHM, TOKEN_TYPE } from './compact-token.ts';
import type { Scope } from './principal.ts';

export interface TokenGrant {
  readonly subject: string;
  readonly scopes: readonly Scope[];
  readonly investorKey?: string;
  readonly lifetimeMs: number;
}

export interface TokenSigner {
  /** The public half, as a JWKS serves it. */
  readonly publicKey: JWK;
  sign(grant: TokenGrant): Promise<string>;
}

/** A new P-256 private key as PKCS#8 PEM. */
export function generateSigningKeyPem(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/**
 * Writes access tokens in the form that `createTokenVerifier` accepts. For the local issuer and for tests: in production the
 * issuer is another program.
 */
export async function createTokenSigner(options: {
  readonly issuer: string;
  readonly audience: string;
  readonly privateKeyPem: string;
  readonly clock: { nowMs(): number };
}): Promise<TokenSigner> {
  const key = createPrivateKey(options.privateKeyPem);
  const bare = createPublicKey(key).export({ format: 'jwk' }) as JWK;
  const kid = await calculateJwkThumbprint(bare);
  return {
    publicKey: { ...bare, kid, use: 'sig', alg: ALGORITHM },
    sign(grant) {
      const issuedAtS = Math.floor(options.clock.nowMs() / 1000);
      const claims = {
        scope: grant.scopes.join(' '),
        ...(grant.investorKey === undefined ? {} : { investor_key: grant.investorKey }),
      };
      return new SignJWT(claims)
        .setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPE, kid })
        .setIssuer(options.issuer)
        .setAudience(options.audience)
        .setSubject(grant.subject)
        .setIssuedAt(issuedAtS)
        .setExpirationTime(issuedAtS + Math.floor(grant.lifetimeMs / 1000))
        .setJti(randomUUID())
        .sign(key);
    },
  };
}
