import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Totals } from '../testing/run.ts';
import { mutants } from './catalogue/index.ts';
import type { Mutant } from './mutant.ts';

/** `caught`: a test failed. `survived`: none did. `untouched`: the fault never ran, so the catalogue is out of date. */
export type Fate = 'caught' | 'survived' | 'untouched';

const AT_ONCE = 2;
const MAX_MS = 60_000;

/** Tries every mutant; each counts as one test. Prints one line per mutant that is not caught. */
export async function runMutants(): Promise<Totals> {
  const waiting = [...mutants];
  const failures: string[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const fate = await tryMutant(next);
      process.stdout.write(
        `  ${fate === 'caught' ? '\u2714' : '\u2716'} ${next.rule}: ${next.name}\n`,
      );
      if (fate !== 'caught') failures.push(`mutant "${next.name}" of ${next.file}: ${fate}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return {
    passed: mutants.length - failures.length,
    failed: failures.length,
    skipped: 0,
    failures,
  };
}

async function tryMutant({ file, find, replace, tests }: Mutant): Promise<Fate> {
  const folder = mkdtempSync(join(tmpdir(), 'gw-mutant-'));
  const mark = join(folder, 'applied');
  try {
    const code = await mocha(tests, {
      MUTANT_FILE: file,
      MUTANT_FIND: find,
      MUTANT_REPLACE: replace,
      MUTANT_MARK: mark,
    });
    if (!existsSync(mark)) return 'untouched';
    return code === 0 ? 'survived' : 'caught';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns its exit code; a test that a mutant hangs counts as failed */
function mocha(tests: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const args = ['--conditions=@groundswell/source', '--import', './tools/mutants/hook.ts'];
  const options = ['--no-config', '--exit', '--bail', '--timeout', '10000'];
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [...args, 'node_modules/mocha/bin/mocha.js', ...options, ...tests],
      { stdio: 'ignore', env: { ...process.env, ...env }, timeout: MAX_MS },
    );
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}
