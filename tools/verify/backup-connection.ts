import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../backup/cluster.ts';
import { PlatformError } from '../platform/errors.ts';
import { createAuthority, type Authority } from '../test/secured/certificates.ts';
import { BACKUP } from './backup-roles.ts';
import type { CheckContext } from './types.ts';

type Env = Readonly<Record<string, string>>;

/**
 * How the job of the chart comes to the server: the role that only reads, with a password that a URL must encode, over TLS whose authority, name and dates
 * are checked, by the file that our program writes.
 * @returns variables of libpq with which pg_dump finds the server
 */
export async function dumpEnvironment(
  context: CheckContext,
  source: Cluster,
  { dir, authority, password }: { dir: string; authority: Authority; password: string },
): Promise<Env> {
  await demandTls(source, dir, authority);
  const url = `postgresql://${BACKUP}:${encodeURIComponent(password)}@${source.dataSource}?sslmode=verify-full`;
  const asked = (name: string, one: Authority): Promise<Env> =>
    connection(context, source, url, join(dir, name), one);

  const stranger = await asked('stranger', createAuthority('somebody else', Date.now()));
  const refusal = await failureOf(source, stranger);
  if (!refusal.includes('certificate verify failed')) {
    throw new PlatformError(`A server of another authority is not refused: ${refusal}`);
  }
  return asked('connection', authority);
}

/** The role gets in over TLS and with its password only, everybody else as before. */
async function demandTls(source: Cluster, dir: string, authority: Authority): Promise<void> {
  const { certificate, key } = authority.issue(['127.0.0.1']);
  const [cert, secret] = [join(dir, 'postgres.crt'), join(dir, 'postgres.key')];
  writeFileSync(cert, certificate);
  writeFileSync(secret, key, { mode: 0o600 });
  source.configure(
    `ssl = on\nssl_cert_file = '${source.hand(cert)}'\nssl_key_file = '${source.hand(secret)}'`,
  );
  source.admit(`hostnossl all ${BACKUP} all reject\nhostssl all ${BACKUP} all scram-sha-256`);
  await source.query('SELECT pg_reload_conf()');
  // The server hears of it by a signal.
  for (const deadline = Date.now() + 30_000; (await source.query('SHOW ssl')) !== 'on';) {
    if (Date.now() > deadline) throw new PlatformError('The server does not begin to speak TLS.');
    await sleep(100);
  }
}

async function connection(
  { rootDir, run }: CheckContext,
  source: Cluster,
  url: string,
  folder: string,
  authority: Authority,
): Promise<Env> {
  mkdirSync(folder);
  const ca = join(folder, 'ca.crt');
  writeFileSync(ca, authority.certificate);
  const args = ['--conditions=@groundswell/source', 'tools/backup.ts', 'connection', folder];
  const env = { NODE_ENV: 'production', NODE_EXTRA_CA_CERTS: ca, DATABASE_URL: url };
  const ran = await run(process.execPath, args, { cwd: rootDir, env });
  if (ran.code !== 0) throw new PlatformError(`backup connection: ${ran.output}`);
  const file = source.hand(join(folder, 'pg_service.conf'));
  // What the file says wins over these, which lead nowhere.
  const nowhere = { PGHOST: 'nowhere.invalid', PGPORT: '1', PGUSER: 'nobody', PGDATABASE: 'none' };
  // As in the chart: libpq looks there for a certificate of its user, and gives up where it may not look.
  const home = { HOME: source.folder(join(folder, 'home')) };
  return { ...nowhere, ...home, PGSERVICEFILE: file, PGSERVICE: 'groundswell' };
}

async function failureOf(source: Cluster, env: Env): Promise<string> {
  try {
    return await source.program('psql', ['-X', '-c', 'SELECT 1'], env);
  } catch (thrown) {
    return String(thrown);
  }
}
