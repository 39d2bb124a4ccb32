import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
  /** What failed, one line each: the end of a long output is what people see. */
  failures: readonly string[];
}

export const noTests: Totals = { passed: 0, failed: 0, skipped: 0, failures: [] };

export function addTotals(a: Totals, b: Totals): Totals {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    failures: [...a.failures, ...b.failures],
  };
}

/**
 * Run a script with the Node that runs us; resolves with its exit code. Its output is ours, or goes to `onOutput`: scripts that run side
 * by side must not write into each other's lines.
 */
export function runNode(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  onOutput?: (text: string) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const output = onOutput === undefined ? 'inherit' : 'pipe';
    const child = spawn(process.execPath, ['--conditions=@groundswell/source', ...args], {
      stdio: ['ignore', output, output],
      env,
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => onOutput?.(text));
    }
    const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
    process.on('SIGTERM', forward);
    process.on('SIGINT', forward);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('SIGTERM', forward);
      process.off('SIGINT', forward);
      resolve(code ?? (signal === null ? 1 : 128));
    });
  });
}

export interface MochaOptions {
  readonly ignore?: readonly string[];
  readonly timeoutMs: number;
  /** Files that run side by side, each in a process; what they print comes when they end. @default one after the other, in this one */
  readonly jobs?: number;
}

/** Run mocha over these files. A run that ends without totals counts as one failure: nothing passes in silence. */
export async function runMocha(
  specs: readonly string[],
  options: MochaOptions,
  env: NodeJS.ProcessEnv,
): Promise<Totals> {
  if (specs.length === 0) return noTests;
  const folder = mkdtempSync(join(tmpdir(), 'gw-test-'));
  const countsFile = join(folder, 'counts.json');
  try {
    const code = await runNode(
      [
        'node_modules/mocha/bin/mocha.js',
        '--no-config',
        '--forbid-only',
        '--exit',
        '--timeout',
        String(options.timeoutMs),
        '--reporter',
        'tools/testing/counting-reporter.cjs',
        ...(options.jobs === undefined ? [] : ['--parallel', '--jobs', String(options.jobs)]),
        ...(options.ignore ?? []).flatMap((pattern) => ['--ignore', pattern]),
        ...specs,
      ],
      { ...env, COUNTS_FILE: countsFile },
    );
    const totals = JSON.parse(readFileSync(countsFile, 'utf8')) as Totals;
    if (code === 0 || totals.failed > 0) return totals;
    return { ...totals, failed: 1, failures: [`mocha ended with code ${code} without a failure`] };
  } catch {
    return { ...noTests, failed: 1, failures: ['the test run ended without totals'] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
