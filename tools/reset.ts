/** `npm run reset`: removes the data and logs of the local platform, after asking; downloads stay. `--yes` does not ask. */
import fs from 'node:fs';
import readline from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { lockHolder } from './platform/lock.ts';
import { outsideDataDir } from './platform/parts/postgres.ts';
import { groundswellDir, statePaths } from './platform/paths.ts';

const usage = 'Usage: npm run reset -- [--yes] [--state-dir DIR]';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { yes: { type: 'boolean', short: 'y' }, 'state-dir': { type: 'string' } },
  });
  const paths = statePaths(values['state-dir'] ?? groundswellDir);
  const holder = lockHolder(paths.lock);
  if (holder !== undefined) {
    process.stderr.write(
      `Groundswell runs as process ${holder.pid} in ${paths.dir}: stop it first.\n`,
    );
    return 1;
  }
  const doomed = [
    paths.data,
    outsideDataDir(paths.data),
    paths.logs,
    paths.run,
    paths.urls,
    paths.lock,
  ].filter((file) => fs.existsSync(file));
  if (doomed.length === 0) {
    process.stdout.write('There is nothing to remove.\n');
    return 0;
  }
  process.stdout.write(
    `This removes all local topics, tables and logs:\n${doomed.map((file) => `  ${file}\n`).join('')}`,
  );
  if (values.yes !== true && !(await isConfirmed())) {
    process.stdout.write('Nothing was removed.\n');
    return 1;
  }
  for (const file of doomed) fs.rmSync(file, { recursive: true, force: true });
  process.stdout.write('Removed. Downloads stay in .groundswell/parts.\n');
  return 0;
}

/** Asks at a terminal; without one the answer is no. */
async function isConfirmed(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    process.stderr.write('There is no terminal to ask at: --yes removes without asking.\n');
    return false;
  }
  const terminal = readline.createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question('Remove it? [y/N] ')).trim().toLowerCase().startsWith('y');
  } finally {
    terminal.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}\n`);
  process.exitCode = 2;
}
