import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const serviceDir = join(import.meta.dirname, '..');
const sources = ['src', 'public', 'index.html', 'vite.config.ts', 'svelte.config.js'];
const packages = ['../../packages/client/src', '../../packages/domain/src', '../../schemas/src'];

/** Where `vite build` puts the page. */
export const builtWebRoot = join(serviceDir, 'dist', 'web');

/** Build the page with vite into `dist/web`; the same as `npm run build -w @groundswell/watch-dashboard`. */
export async function buildWeb(): Promise<void> {
  const { build } = await import('vite'); // not installed where the page comes built
  await build({
    root: serviceDir,
    configFile: join(serviceDir, 'vite.config.ts'),
    logLevel: 'warn',
  });
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
