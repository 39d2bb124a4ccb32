import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { repository } from './node-process.ts';

/** What else the machine did: a number from a busy machine is not a number (M2). */
export function machine(): {
  readonly cores: number;
  readonly load: number;
  readonly node: string;
} {
  return { cores: cpus().length, load: loadavg()[0] ?? Number.NaN, node: process.version };
}

/** Keeps the raw values of a run. @returns the path below the repository */
export function keep(suite: string, result: object): string {
  const folder = join('bench', 'results');
  mkdirSync(join(repository, folder), { recursive: true });
  const name = `${suite}-${new Date().toISOString().replaceAll(':', '')}.json`;
  writeFileSync(join(repository, folder, name), `${JSON.stringify(result, null, 2)}\n`);
  return join(folder, name);
}
