import { spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  globSync,
  mkdirSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PlatformError } from '../platform/errors.ts';
import type { ObjectStore } from './object-store.ts';
import { startStallingProxy } from './stalling-proxy.ts';
import type { CheckContext, Ran } from './types.ts';

type Env = Readonly<Record<string, string>>;
const PROGRAM = ['--conditions=@groundswell/source', 'tools/backup.ts'];
/** What the image of a job does before it starts the program (infra/images/assemble.mjs). */
const AS_IN_IMAGE = [
  '--import',
  'data:text/javascript,process.once("SIGTERM", () => process.exit(143))',
];
const MIB = 1024 * 1024;

/** tools/backup.ts as it is run, against a real server. */
export class BucketRehearsal {
  private readonly context: CheckContext;
  private readonly store: ObjectStore;
  private readonly dir: string;

  constructor(context: CheckContext, store: ObjectStore, dir: string) {
    this.context = context;
    this.store = store;
    this.dir = dir;
  }

  /** Carries a dump there, finds it in the list and brings it back. @returns the file that came back */
  async carry(file: string): Promise<string> {
    const name = basename(file);
    await this.demand(['store', dirname(file)]);
    const listed = await this.demand(['list']);
    if (!listed.startsWith(`${name}  ${statSync(file).size}  `)) {
      throw new PlatformError(`The newest dump of the list is not ${name}: ${listed}`);
    }
    const back = join(this.dir, 'back.dump');
    await this.demand(['fetch', name, back]);
    return back;
  }

  /** What must be refused, each for its reason and without showing a secret. @returns how many */
  async refusals(name: string): Promise<number> {
    const file = join(this.dir, 'none.dump');
    appendFileSync(join(this.store.bucketDir, 'gw_live', name), 'x');
    const asked: readonly (readonly [readonly string[], Env, number, RegExp])[] = [
      [['list'], { BACKUP_SECRET_ACCESS_KEY: 'of-somebody-else' }, 1, /REFUSED: .*the secret does/],
      [['list'], { BACKUP_ACCESS_KEY_ID: 'nobody' }, 1, /REFUSED: .*does not know the access key/],
      [['list'], { BACKUP_BUCKET: 'elsewhere' }, 1, /REFUSED: .*has no bucket elsewhere/],
      [['list'], { BACKUP_REGION: 'ams3' }, 1, /REFUSED: .*another region/],
      [['list'], { BACKUP_CA_FILE: '' }, 1, /UNTRUSTED_PEER: .*did not prove who it is/],
      [['list'], { BACKUP_ENDPOINT: 'https://127.0.0.1:1' }, 1, /UNAVAILABLE: .*ECONNREFUSED/],
      [['list'], { BACKUP_ENDPOINT: 'http://192.0.2.1' }, 2, /BACKUP_ENDPOINT: must be https/],
      [['fetch', 'gw_live-20000101T000000Z.dump', file], {}, 1, /REFUSED: .*has no object/],
      [['fetch', name, file], {}, 1, /GW_BACKUP: .*is not what was stored/],
    ];
    for (const [args, env, code, says] of asked) {
      const ran = await this.program(args, env);
      const secrets = [this.store.env, env].map((one) => one['BACKUP_SECRET_ACCESS_KEY']);
      const isShown = secrets.some((text) => text !== undefined && ran.output.includes(text));
      if (ran.code !== code || !says.test(ran.output) || isShown || existsSync(file)) {
        throw new PlatformError(`${args.join(' ')} ended with ${ran.code}: ${ran.output}`);
      }
    }
    return asked.length;
  }

  /** An upload that ends in its middle: by SIGTERM nothing is left of it, by SIGKILL parts that no list shows. */
  async interruptions(): Promise<void> {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const { code, name } = await this.interrupt(signal);
      const parts = globSync(`.sgwtmp/**/*`, { cwd: this.store.bucketDir }).filter((file) =>
        statSync(join(this.store.bucketDir, file)).isFile(),
      );
      const listed = await this.demand(['list']);
      const isThere = existsSync(join(this.store.bucketDir, 'gw_live', name));
      // Parts that stay after the second prove that the first had something to take back.
      const isRight = signal === 'SIGTERM' ? code === 143 && parts.length === 0 : parts.length > 0;
      if (!isRight || isThere || listed.includes(name)) {
        const left = `${parts.length} parts, ${isThere ? 'an' : 'no'} object`;
        throw new PlatformError(`After ${signal} (exit code ${code}) there are ${left}.`);
      }
    }
  }

  private async interrupt(signal: NodeJS.Signals): Promise<{ code: number | null; name: string }> {
    const name = 'gw_live-20000101T000000Z.dump';
    const file = join(this.dir, 'large', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
    truncateSync(file, 64 * MIB); // four parts
    const proxy = await startStallingProxy(this.store.port, 40 * MIB);
    const endpoint = { BACKUP_ENDPOINT: `https://127.0.0.1:${proxy.port}` };
    const child = spawn(process.execPath, [...AS_IN_IMAGE, ...PROGRAM, 'store', file], {
      cwd: this.context.rootDir,
      env: { ...process.env, ...this.store.env, ...endpoint },
      stdio: 'ignore',
    });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const early = ended.then((code) => {
      throw new PlatformError(`The upload ended with ${code} before it was interrupted.`);
    });
    try {
      await Promise.race([proxy.stalled, early]);
      early.catch(() => undefined); // from now on it is meant to end
      child.kill(signal);
      return { code: await ended, name };
    } finally {
      child.kill('SIGKILL');
      proxy.close();
    }
  }

  private async demand(args: readonly string[]): Promise<string> {
    const ran = await this.program(args, {});
    if (ran.code !== 0) throw new PlatformError(`${args.join(' ')}: ${ran.output}`);
    return ran.stdout;
  }

  private program(args: readonly string[], env: Env): Promise<Ran> {
    const { rootDir, run } = this.context;
    const all = { ...this.store.env, ...env };
    return run(process.execPath, [...PROGRAM, ...args], { cwd: rootDir, env: all });
  }
}
