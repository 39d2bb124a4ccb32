import { createHash, createHmac } from 'node:crypto';

/** Turns raw ids into pseudonyms at the door (S100): nothing behind it ever sees a raw investor or account. */
export interface Pseudonyms {
  /** `v1:` + base64url HMAC-SHA-256(key, tenant || 0x00 || raw id). */
  investor(rawId: string): string;
  /** Accounts are unique per sender only, so the sender is part of what is hashed. */
  account(sender: string, rawId: string): string;
}

export function createPseudonyms(options: {
  readonly version: number;
  readonly key: string;
  readonly tenant: string;
}): Pseudonyms {
  const { version, key, tenant } = options;
  const keyed = (...parts: readonly string[]): string => {
    const mac = createHmac('sha256', key).update([tenant, ...parts].join('\0'));
    return `v${version}:${mac.digest('base64url')}`;
  };
  return {
    investor: (rawId) => keyed(rawId),
    account: (sender, rawId) => keyed('account', sender, rawId),
  };
}

/** Hash of normalised facts (E10). Parts are length-prefixed: no two lists of parts have one text. */
export function fingerprintOf(parts: readonly string[]): string {
  const text = parts.map((part) => `${part.length}:${part}`).join('');
  return createHash('sha256').update(text).digest('base64url');
}
