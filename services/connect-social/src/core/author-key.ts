import { createHmac } from 'node:crypto';

/**
 * Accounts of social networks to pseudonyms at the door: nothing behind it ever sees a raw account id. The domain tag and a key of its own keep
 * them apart from the pseudonyms of investors, so that the two can never be joined (R4, S69).
 */
export interface AuthorKeys {
  /** Key of the newest version, `v<n>:` + base64url HMAC-SHA-256: what new records carry. */
  current(account: string): string;
  /** Under every live version, the newest first: an erasure has to reach all of them (R3). */
  all(account: string): readonly string[];
}

export function createAuthorKeys(
  network: string,
  salts: readonly { readonly version: number; readonly key: string }[],
): AuthorKeys {
  const newestFirst = [...salts].sort((a, b) => b.version - a.version);
  const all = (account: string): string[] =>
    newestFirst.map(({ version, key }) => {
      const mac = createHmac('sha256', key).update(['social-author', network, account].join('\0'));
      return `v${version}:${mac.digest('base64url')}`;
    });
  return { all, current: (account) => all(account)[0] ?? '' };
}
