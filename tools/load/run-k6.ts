import { spawn } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import path from 'node:path';
import { repositoryDir } from '../platform/paths.ts';
import type { LoadOptions } from './options.ts';
import type { Machine } from './report.ts';
import type { Target } from './target.ts';

/** Start-up, last requests, teardown: whatever takes longer hangs. */
const GRACE_MS = 240_000;

/** Exit code of k6 when a threshold failed. */
export const THRESHOLD_FAILED = 99;

/**
 * Runs k6 to its end, at low priority: the generator shares the machine with what it measures. Secrets travel in the environment,
 * never in arguments.
 * @returns its exit code, or 1 when it had to be ended
 */
export async function runK6(
  k6: string,
  options: LoadOptions,
  target: Target,
  run: { readonly id: string; readonly summaryFile: string; readonly signal: AbortSignal },
): Promise<number> {
  const script = path.join(repositoryDir, 'load-tests/scenarios', `${options.scenario.name}.js`);
  const child = spawn(k6, ['run', '--quiet', '--no-usage-report', '--address', '', script], {
    cwd: repositoryDir,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      K6_AUTO_EXTENSION_RESOLUTION: 'false',
      API_URL: target.urls.api,
      LIVE_URL: target.urls.live,
      INGEST_URL: target.urls.ingest,
      ISSUER_URL: target.urls.issuer ?? '',
      INGEST_SENDER: target.ingestSender,
      INGEST_SECRET: target.ingestSecret,
      RUN_ID: run.id,
      SUMMARY_FILE: run.summaryFile,
      SECONDS: String(options.seconds),
      RATE: String(options.rate),
      SOCKETS: String(options.sockets),
      SEED: String(options.seed),
    },
  });
  const end = (): void => void child.kill('SIGTERM');
  run.signal.addEventListener('abort', end, { once: true });
  const timer = setTimeout(() => child.kill('SIGKILL'), options.seconds * 1000 + GRACE_MS);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => {
        resolve(code ?? 1);
      });
    });
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener('abort', end);
  }
}

/** What the run shares: a number from a busy machine says little (M2). */
export function machine(): Machine {
  const [first] = cpus();
  return {
    cores: cpus().length,
    cpu: first?.model ?? 'unknown',
    memoryGib: Math.round(totalmem() / 2 ** 30),
    load: Math.round((loadavg()[0] ?? Number.NaN) * 10) / 10,
    node: process.version,
  };
}
