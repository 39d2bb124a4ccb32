import type { ClientConfig } from 'pg';
import { tlsOptions, type DatabaseAccess } from '@groundswell/runtime';

/** How to reach Postgres: TLS by the URL's `sslmode`, and where certificates and a password of its own are. */
export type DatabaseAddress = Pick<DatabaseAccess, 'url'> & Partial<DatabaseAccess>;

/**
 * What the URL says, in the driver's words. Read here and not by the driver: to it `sslmode=require` is a promise that changes with its
 * version, and a password in the URL hides one from a file. `verify-full` is TLS whose authority, name and dates are checked; every other
 * mode that the configuration lets through is none.
 * @throws what the file system throws when a certificate is gone
 */
export function connectionOf({ url, tls = {}, password = null }: DatabaseAddress): ClientConfig {
  const { hostname, port, username, pathname, searchParams } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const isProtected = searchParams.get('sslmode') === 'verify-full';
  return {
    host,
    port: port === '' ? 5432 : Number(port),
    user: decodeURIComponent(username),
    database: decodeURIComponent(pathname.slice(1)),
    // Asked for at each connection: a rotated one counts from the next on (S80).
    password: () => password?.read() ?? decodeURIComponent(new URL(url).password),
    ssl: isProtected ? tlsOptions(tls, host) : false,
  };
}
