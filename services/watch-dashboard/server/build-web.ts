import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const serviceDir = join(import.meta.dirname, '..');
const sources = ['src', 'public', 'index.html', 'vite.config.ts', 'svelte.config.js'];
const packages = ['../../packages/client/src', '../../packages/domain/src', '../../schemas/src'];

/** Where `vite build` puts the page. */
export const builtWebRoot = join(serviceDir, 'dist', 'web');

/**
 * Build the page into `dist/web`: `npm run build -w @groundswell/watch-dashboard` in a process of its own, whose hundreds of megabytes are
 * gone when it ends. Not for where the page comes built: vite is not installed there.
 */
export async function buildWeb(): Promise<void> {
  const vite = fileURLToPath(import.meta.resolve('vite/package.json'));
  await promisify(execFile)(
    process.execPath,
    [join(dirname(vite), 'bin/vite.js'), 'build', '--logLevel', 'warn'],
    { cwd: serviceDir },
  );
}

/** Is there no page, or one that is older than what it is made of? */
export function isWebOutdated(): boolean {
  const builtMs = newestMs(join(builtWebRoot, 'index.html'));
  return [...sources, ...packages].some((path) => newestMs(join(serviceDir, path)) > builtMs);
}

/** Newest modification below a path; -Infinity when there is none. */
function newestMs(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return -Infinity;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(-Infinity, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}
