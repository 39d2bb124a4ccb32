import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One package as the lock file resolves it. */
export interface Installed {
  readonly name: string;
  readonly version: string;
  /** Where it is installed: one package can be there in several versions. */
  readonly path: string;
  readonly license: string | undefined;
  readonly isDev: boolean;
  readonly hasInstallScript: boolean;
  readonly deprecated: string | undefined;
  /** SHA-512 of its archive; without it nothing holds the bytes. */
  readonly integrity: string | undefined;
}

interface Entry {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly deprecated?: string;
  readonly integrity?: string;
}

/** Every package of package-lock.json that is not ours. */
export function readLockfile(rootDir: string): readonly Installed[] {
  const { packages } = JSON.parse(readFileSync(join(rootDir, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Entry>>;
  };
  return Object.entries(packages)
    .filter(([path, { link }]) => path.includes('node_modules/') && link !== true)
    .map(([path, entry]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: entry.version ?? '',
      path,
      license: entry.license,
      isDev: entry.dev === true,
      hasInstallScript: entry.hasInstallScript === true,
      deprecated: entry.deprecated,
      integrity: entry.integrity,
    }));
}

/** Order of two versions by their numbers. A pre-release counts as older than its release. */
export function compareVersions(a: string, b: string): number {
  const parts = (version: string): readonly number[] => {
    const [numbers = '', preRelease] = version.split('-', 2);
    return [...numbers.split('.').map(Number), preRelease === undefined ? 0 : -1];
  };
  const [left, right] = [parts(a), parts(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}
