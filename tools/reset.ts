/** `npm run reset`: removes the data and logs of the local platform, after asking; downloads stay. `--yes` does not ask. */
import readline from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { PlatformRunningError } from './platform/errors.ts';
import { groundswellDir } from './platform/paths.ts';
import { removeState, stateFiles } from './platform/state.ts';

const usage = 'Usage: npm run reset -- [--yes] [--state-dir DIR]';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { yes: { type: 'boolean', short: 'y' }, 'state-dir': { type: 'string' } },
  });
  const stateDir = values['state-dir'] ?? groundswellDir;
  const doomed = stateFiles(stateDir);
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
  removeState(stateDir);
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
  const isRunning = error instanceof PlatformRunningError;
  const advice = isRunning ? 'Stop it first.' : usage;
  process.stderr.write(`${(error as Error).message}\n${advice}\n`);
  process.exitCode = isRunning ? 1 : 2;
}
