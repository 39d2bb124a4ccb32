import type { DatabaseAccess } from '@groundswell/runtime';
import { BackupError } from './errors.ts';

/** Name of the service in the file: PGSERVICE. */
const SERVICE = 'groundswell';

/**
 * A database address as the service file of libpq (PGSERVICEFILE): pg_dump takes a URL on its command line only, where everybody on the
 * machine reads the password.
 * @param authorities certificates that everything of ours trusts (NODE_EXTRA_CA_CERTS), for an address without an authority of its own
 * @throws BackupError when a value does not fit into a line
 */
export function connectionFile(access: DatabaseAccess, authorities: string | undefined): string {
  const url = new URL(access.url);
  const isProtected = url.searchParams.get('sslmode') === 'verify-full';
  const { caFile = authorities ?? 'system', certFile, keyFile } = access.tls;
  const values = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? '5432' : url.port,
    dbname: decodeURIComponent(url.pathname.slice(1)),
    user: decodeURIComponent(url.username),
    password: access.password?.read() ?? decodeURIComponent(url.password),
    connect_timeout: '30',
    ...(isProtected ? { sslmode: 'verify-full', sslrootcert: caFile } : { sslmode: 'disable' }),
    ...(certFile === undefined ? {} : { sslcert: certFile }),
    ...(keyFile === undefined ? {} : { sslkey: keyFile }),
  };
  const lines = Object.entries(values).map(([name, value]) => lineOf(name, value));
  return [`[${SERVICE}]`, ...lines, ''].join('\n');
}

/** The format knows no quotes: a value is what stands behind the sign, without the blanks at its end. */
function lineOf(name: string, value: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\u0000-\u001f]|\s$/.test(value)) {
    throw new BackupError(`${name}: a blank at its end or a control character cannot be handed on`);
  }
  return `${name}=${value}`;
}
