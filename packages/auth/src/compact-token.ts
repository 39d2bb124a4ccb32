import { UnauthenticatedError } from './errors.ts';
import { parseStrictObject } from './strict-json.ts';

/** The only signature algorithm of the issuer: a constant of ours, never a choice of the token (S2). */
export const ALGORITHM = 'ES256';
/** Marks an access token, so that an ID or refresh token of the same issuer is refused (S6, RFC 9068). */
export const TOKEN_TYPE = 'at+jwt';
const MAX_TOKEN_CHARS = 8 * 1024;
const PARTS = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{86})$/;
const KEY_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** A token whose form is right. Nothing in it is believed before its signature was checked. */
export interface CompactToken {
  readonly text: string;
  readonly keyId: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * Judge the form of a token, cheapest check first, before any key is looked up (S1, S2, S4, S6, S7). The headers `jku`, `x5u`
 * and `jwk` are never read: a token cannot say where its key is.
 * @throws UnauthenticatedError
 */
export function parseCompactToken(text: unknown): CompactToken {
  if (typeof text !== 'string' || text === '') throw new UnauthenticatedError('missing');
  if (text.length > MAX_TOKEN_CHARS) throw new UnauthenticatedError('too_long');
  // Three parts and 64 bytes of signature: neither encrypted (five parts) nor unsigned.
  const [, headerPart, claimsPart] = PARTS.exec(text) ?? [];
  if (headerPart === undefined || claimsPart === undefined) {
    throw new UnauthenticatedError('malformed');
  }
  const header = parseStrictObject(decodeText(headerPart));
  if (header['alg'] !== ALGORITHM) throw new UnauthenticatedError('algorithm');
  if (header['typ'] !== TOKEN_TYPE) throw new UnauthenticatedError('type');
  // `cty` announces a nested token, `b64` another encoding; neither exists here.
  for (const name of ['crit', 'cty', 'b64', 'enc', 'zip']) {
    if (name in header) throw new UnauthenticatedError('critical_header');
  }
  const keyId = header['kid'];
  if (typeof keyId !== 'string' || !KEY_ID.test(keyId)) {
    throw new UnauthenticatedError('unknown_key');
  }
  return { text, keyId, claims: parseStrictObject(decodeText(claimsPart)) };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeText(part: string): string {
  try {
    return utf8.decode(Buffer.from(part, 'base64url'));
  } catch (cause) {
    throw new UnauthenticatedError('malformed', cause);
  }
}
