import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../', import.meta.url));

/** The same for every arm (PF13). */
export const V8_FLAGS = ['--max-semi-space-size=64'];

/** Runs a script of the repository to its end. @returns its standard output */
export async function runScript(
  script: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const child = spawn(
    process.execPath,
    ['--conditions=@groundswell/source', ...V8_FLAGS, script, ...args],
    { cwd: repository, env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let out = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('exit', resolve).on('error', reject);
  });
  if (code !== 0) throw new Error(`${script} ended with ${String(code)}\n${out}${errors}`);
  return out;
}
