import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlatformError } from '../platform/errors.ts';
import type { Cluster } from './cluster.ts';

const SCHEMA = 'gw_live';

/** What one way back took, and what it brought back. */
export interface WayBack {
  readonly backupMs: number;
  readonly restoreMs: number;
  readonly tables: number;
  readonly rows: number;
}

export interface Rehearsal {
  readonly recipesDir: string;
  /** Empty folder that the server may write to. */
  readonly dir: string;
  /** Makes a server that is not created yet. */
  readonly cluster: (name: string) => Promise<Cluster>;
  /** Role that owns our tables, and restores them. */
  readonly owner: string;
  /** Makes the roles, and our tables with their rights. */
  readonly install: (source: Cluster) => Promise<void>;
  /** Variables by which a dump finds the server, as the chart's job gives them. */
  readonly dumpEnv: (source: Cluster) => Promise<Readonly<Record<string, string>>>;
  /** Takes a dump away and brings it back. @returns the file that came back */
  readonly carry: (file: string) => Promise<string>;
}

/** A server with our tables and rows in them, archiving its log as infra/backup/postgresql.conf.example says. */
export async function prepare(context: Rehearsal): Promise<Cluster> {
  const { recipesDir, dir, cluster, owner, install } = context;
  const source = await cluster('source');
  await source.create();
  const archive = source.folder(join(dir, 'archive'));
  const example = readFileSync(join(recipesDir, 'postgresql.conf.example'), 'utf8');
  source.configure(example.replaceAll('/archive', archive));
  await source.start();
  await source.query('CREATE DATABASE groundswell', 'postgres');
  await install(source);
  // A month that is made when rights were given, as the daily job makes it.
  const asOwner = `SET ROLE ${owner}; SET search_path = ${SCHEMA}`;
  await source.query(`${asOwner}; SELECT ensure_history_month('2031-05-01')`);
  await addRows(source, 0, 20_000);
  return source;
}

/** Dump, carry it away and back, restore into an empty database, compare every row and who may do what. */
export async function dumpAndRestore(
  source: Cluster,
  context: Rehearsal,
): Promise<WayBack & { readonly carryMs: number; readonly dump: string }> {
  const before = await fingerprint(source);
  const folder = source.folder(join(context.dir, 'dumps'));
  const env = await context.dumpEnv(source);
  const [backupMs, file] = await timed(() =>
    source.program('sh', [join(context.recipesDir, 'dump.sh'), 'live', folder], env),
  );
  const dump = file.trim();
  const [carryMs, back] = await timed(() => context.carry(dump));
  await source.query('CREATE DATABASE restored', 'postgres');
  await source.query(`GRANT CONNECT, CREATE ON DATABASE restored TO ${context.owner}`);
  const flags = ['--no-owner', '--exit-on-error', '--dbname=restored', source.hand(back)];
  const [restoreMs] = await timed(() =>
    source.program('pg_restore', flags, { PGUSER: context.owner }),
  );
  const equal = same(before, await fingerprint(source, 'restored'));
  if ((await rightsIn(source)) !== (await rightsIn(source, 'restored')))
    throw new PlatformError('Rights on the restored schema are others.');
  return { backupMs, carryMs, restoreMs, dump, ...equal };
}

/** Base backup, more rows, an accident; a new server from the backup and the log as it was just before the accident. */
export async function restoreToPointInTime(source: Cluster, context: Rehearsal): Promise<WayBack> {
  const { dir, recipesDir } = context;
  const folder = source.folder(join(dir, 'base'));
  const [backupMs, base] = await timed(() =>
    source.program('sh', [join(recipesDir, 'base-backup.sh'), folder]),
  );
  await addRows(source, 20_000, 25_000);
  const before = await fingerprint(source);
  const target = await source.query('SELECT clock_timestamp()');
  await source.query(`DELETE FROM ${SCHEMA}.dead_letter; DROP TABLE ${SCHEMA}.mark CASCADE`);
  await archived(source, join(dir, 'archive'));
  await source.stop();

  const restored = await context.cluster('target');
  const dataDir = restored.folder(join(dir, 'target'));
  const [restoreMs] = await timed(async () => {
    await restored.program('tar', ['-xzf', join(base.trim(), 'base.tar.gz'), '-C', dataDir]);
    await restored.program('tar', [
      '-xzf',
      join(base.trim(), 'pg_wal.tar.gz'),
      '-C',
      join(dataDir, 'pg_wal'),
    ]);
    restored.configure(
      [
        `restore_command = 'cp ${dir}/archive/%f %p'`,
        `recovery_target_time = '${target}'`,
        `recovery_target_action = 'promote'`,
      ].join('\n'),
    );
    await restored.program('touch', [join(dataDir, 'recovery.signal')]);
    await restored.start();
    await promoted(restored);
  });
  const after = await fingerprint(restored);
  await restored.stop();
  return { backupMs, restoreMs, ...same(before, after) };
}

async function addRows(cluster: Cluster, from: number, to: number): Promise<void> {
  await cluster.query(`
    INSERT INTO ${SCHEMA}.mark (grp, task, instrument_id, event_time_us, revision, price)
      SELECT 'rehearsal', n % 6, 'crypto:' || n % 40, n, 1, n::numeric / 7 FROM generate_series(${from}, ${to - 1}) n;
    INSERT INTO ${SCHEMA}.dead_letter
      SELECT 'rehearsal', n % 6, 'market.trade.v1', n % 6, n, 'decode', 'rehearsal', 'none', 1, NULL,
        decode(md5(n::text), 'hex'), n, 'rehearsal' FROM generate_series(${from}, ${to - 1}) n`);
}

/** Table -> number of rows and a hash of all of them, in one order. */
async function fingerprint(
  cluster: Cluster,
  database?: string,
): Promise<ReadonlyMap<string, string>> {
  const union = await cluster.query(
    `SELECT string_agg(format(
       'SELECT %L, count(*), md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '''')) FROM ${SCHEMA}.%I t',
       table_name, table_name), ' UNION ALL ')
     FROM information_schema.tables WHERE table_schema = '${SCHEMA}' AND table_type = 'BASE TABLE'`,
    database,
  );
  const rows = (await cluster.query(union, database)).split('\n').map((row) => row.split('|'));
  return new Map(rows.map(([table = '', count = '', hash = '']) => [table, `${count}|${hash}`]));
}

/** Who may do what with the schema and what is in it, and with what its owner will make there. */
function rightsIn(cluster: Cluster, database?: string): Promise<string> {
  return cluster.query(
    `SELECT string_agg(concat_ws(' ', kind, name, held.grantee::regrole, privilege_type), ', ' ORDER BY kind, name, held.grantee::regrole::text, privilege_type)
     FROM (SELECT 'schema' AS kind, nspname::text AS name, nspacl AS acl FROM pg_namespace WHERE nspname = '${SCHEMA}'
       UNION ALL SELECT 'relation', relname, relacl FROM pg_class WHERE relnamespace = '${SCHEMA}'::regnamespace
       UNION ALL SELECT 'function', proname, proacl FROM pg_proc WHERE pronamespace = '${SCHEMA}'::regnamespace
       UNION ALL SELECT 'later', defaclobjtype::text, defaclacl FROM pg_default_acl WHERE defaclnamespace = '${SCHEMA}'::regnamespace) AS given,
     aclexplode(acl) AS held`,
    database,
  );
}

/** @throws PlatformError when a table differs: a backup that cannot be trusted is none */
function same(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): { readonly tables: number; readonly rows: number } {
  const differ = [...new Set([...before.keys(), ...after.keys()])].filter(
    (table) => before.get(table) !== after.get(table),
  );
  if (differ.length > 0) throw new PlatformError(`These tables differ: ${differ.join(', ')}.`);
  const rows = [...before.values()].reduce((sum, text) => sum + Number(text.split('|')[0]), 0);
  return { tables: before.size, rows };
}

/** Waits until the log up to now lies in the archive. */
async function archived(cluster: Cluster, archive: string): Promise<void> {
  const file = await cluster.query('SELECT pg_walfile_name(pg_switch_wal())');
  await until(`${file} in the archive`, () => Promise.resolve(existsSync(join(archive, file))));
}

const promoted = (cluster: Cluster): Promise<void> =>
  until('the end of recovery', async () => {
    try {
      return (await cluster.query('SELECT pg_is_in_recovery()')) === 'f';
    } catch {
      return false; // still starting up
    }
  });

async function until(what: string, test: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 120_000; Date.now() < deadline;) {
    if (await test()) return;
    await sleep(200);
  }
  throw new PlatformError(`Waited in vain for ${what}.`);
}

async function timed<T>(body: () => Promise<T>): Promise<readonly [number, T]> {
  const began = performance.now();
  const result = await body();
  return [Math.round(performance.now() - began), result];
}
