import { execFile, spawn, type ChildProcess } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  globSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from '../platform/account.ts';
import { installed } from '../observability/installed.ts';
import { postgresAnswers } from '../platform/probes.ts';
import { PlatformError } from '../platform/errors.ts';

const run = promisify(execFile);
const USER = 'groundswell';

/** Folder with `initdb`, `postgres` and the client programs of one version: Debian keeps them off PATH. */
export function postgresPrograms(): string | undefined {
  const packaged = globSync('/usr/lib/postgresql/*/bin/initdb').toSorted().at(-1);
  const found = packaged ?? installed('initdb');
  return found === undefined ? undefined : dirname(found);
}

/**
 * One Postgres server of its own for a rehearsal of backups, on the loopback interface without passwords. Runs as an unprivileged account
 * where we are root, because Postgres refuses to be root.
 */
export class Cluster {
  private server: ChildProcess | undefined;
  private readonly binDir: string;
  private readonly dataDir: string;
  private readonly port: number;
  private readonly account: Account | undefined;

  constructor(at: {
    readonly binDir: string;
    readonly dataDir: string;
    readonly port: number;
    readonly account: Account | undefined;
  }) {
    this.binDir = at.binDir;
    this.dataDir = at.dataDir;
    this.port = at.port;
    this.account = at.account;
  }

  get dataSource(): string {
    return `127.0.0.1:${this.port}/${USER}`;
  }

  /** Address for a role, by default the superuser. */
  url(role = USER): string {
    return `postgres://${role}:none@127.0.0.1:${this.port}/${USER}`;
  }

  async create(): Promise<void> {
    await this.program('initdb', ['-D', this.dataDir, '-U', USER, '--auth=trust', '--no-sync']);
  }

  /** A folder that the server may write to. */
  folder(path: string): string {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return this.hand(path);
  }

  /** Gives a file of ours to the account of the server. */
  hand(path: string): string {
    if (this.account !== undefined) chownSync(path, this.account.uid, this.account.gid);
    return path;
  }

  /** Puts a rule before those of pg_hba.conf; it holds from the next start or reload on. */
  admit(rule: string): void {
    const file = join(this.dataDir, 'pg_hba.conf');
    writeFileSync(file, `${rule}\n${readFileSync(file, 'utf8')}`);
  }

  /** Adds lines to its configuration; they hold from the next start on. */
  configure(text: string): void {
    appendFileSync(join(this.dataDir, 'postgresql.auto.conf'), `${text}\n`);
  }

  /** @throws PlatformError when it does not answer within a minute */
  async start(): Promise<void> {
    const flags = ['-p', String(this.port), '-c', 'listen_addresses=127.0.0.1'];
    const server = spawn(
      join(this.binDir, 'postgres'),
      ['-D', this.dataDir, ...flags, '-c', 'unix_socket_directories='],
      { ...this.identity(), stdio: 'ignore' },
    );
    this.server = server;
    for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
      if (await postgresAnswers('127.0.0.1', this.port, USER)) return;
      if (server.exitCode !== null)
        throw new PlatformError(`Postgres ended with ${server.exitCode}.`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new PlatformError('Postgres did not answer within a minute.');
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (server?.exitCode !== null) return; // never started, or ended by itself
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGINT'); // fast: sessions are ended, the log is flushed
    await ended;
  }

  /** What one statement answers, without decoration. @throws with the text of the server */
  async query(sql: string, database = USER): Promise<string> {
    const flags = ['-X', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', database, '-c', sql];
    return (await this.program('psql', flags)).trim();
  }

  /** Runs a program beside the server, with the variables of libpq. @returns what it printed */
  async program(
    name: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const { stdout } = await run(name, [...args], {
      ...this.identity(),
      env: {
        ...process.env,
        PATH: `${this.binDir}:${process.env['PATH'] ?? ''}`,
        PGHOST: '127.0.0.1',
        PGPORT: String(this.port),
        PGUSER: USER,
        PGDATABASE: USER,
        ...env,
      },
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  }

  private identity(): { cwd: string; uid?: number; gid?: number } {
    const cwd = dirname(this.dataDir);
    return this.account === undefined
      ? { cwd }
      : { cwd, uid: this.account.uid, gid: this.account.gid };
  }
}
