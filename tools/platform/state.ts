import fs from 'node:fs';
import { lockHolder } from './lock.ts';
import { PlatformRunningError } from './errors.ts';
import { outsideDataDir } from './parts/postgres.ts';
import { statePaths } from './paths.ts';

/** What a state folder holds on disk, the part of it that had to be put elsewhere included; only what exists. */
export function stateFiles(stateDir: string): readonly string[] {
  const { data, logs, run, urls, lock } = statePaths(stateDir);
  return [data, outsideDataDir(data), logs, run, urls, lock].filter((file) => fs.existsSync(file));
}

/**
 * Removes data and logs of a stopped platform; downloads stay.
 *
 * @throws PlatformRunningError when it still runs
 */
export function removeState(stateDir: string): void {
  const paths = statePaths(stateDir);
  const holder = lockHolder(paths.lock);
  if (holder !== undefined) throw new PlatformRunningError(holder.pid, paths.dir);
  for (const file of stateFiles(stateDir)) fs.rmSync(file, { recursive: true, force: true });
}
