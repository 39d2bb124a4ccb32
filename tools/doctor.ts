/**
 * `npm run doctor`: what the local platform needs, what was found, and how to fix it. Exit code 1 when something is missing.
 * `npm run doctor -- --memory`: what the platform that runs takes, process by process. Exit code 1 when none runs, 2 for any other argument.
 */
import { findings } from './platform/diagnosis.ts';
import { lockHolder } from './platform/lock.ts';
import { memoryOfTree } from './platform/memory.ts';
import { groundswellDir, statePaths } from './platform/paths.ts';
import { readRun } from './platform/run-file.ts';
import { formatTable } from './platform/table.ts';

async function diagnose(): Promise<number> {
  const rows = await findings(process.env);
  process.stdout.write(
    formatTable(
      ['tool', 'wanted', 'found', 'verdict', 'fix'],
      rows.map((row) => [
        row.tool,
        row.wanted,
        row.found,
        row.verdict,
        row.verdict === 'ok' ? '' : row.fix,
      ]),
    ),
  );
  return rows.some(({ verdict }) => verdict === 'missing') ? 1 : 0;
}

function showMemory(): number {
  const paths = statePaths(groundswellDir);
  const supervisor = lockHolder(paths.lock)?.pid;
  if (supervisor === undefined || process.platform !== 'linux') {
    const problem =
      supervisor === undefined ? 'No platform runs here' : 'Only Linux says what processes take';
    process.stderr.write(`${problem}.\n`);
    return 1;
  }
  const run = readRun(paths);
  const { pssBytes, totalBytes, processCount, unread } = memoryOfTree(supervisor, run?.pids ?? {});
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0).padStart(6);
  const rows = [...pssBytes].toSorted(([, a], [, b]) => b - a);
  const all = `all ${processCount} processes`;
  process.stdout.write(
    formatTable(
      ['process', 'PSS, MB'],
      [...rows, [all, totalBytes] as const].map(([name, bytes]) => [name, megabytes(bytes)]),
    ),
  );
  if (unread.length > 0) process.stderr.write(`not allowed to read: ${unread.join(', ')}\n`);
  return unread.length === 0 ? 0 : 1;
}

const [option, ...others] = process.argv.slice(2);
if (option === undefined) process.exitCode = await diagnose();
else if (option === '--memory' && others.length === 0) process.exitCode = showMemory();
else {
  process.stderr.write('Usage: npm run doctor -- [--memory]\n');
  process.exitCode = 2;
}
