import fs from 'node:fs';
import type { StatePaths } from './paths.ts';

/** What runs in a state folder, for a second `npm start`, for `doctor` and for people. */
export interface RunFile {
  readonly supervisorPid: number;
  readonly addresses: Readonly<Record<string, string>>;
  readonly pids: Readonly<Record<string, number>>;
}

/** Replaces the file in one step. Pids that are undefined (between two lives) are left out by JSON. */
export function writeRun(
  paths: StatePaths,
  addresses: Readonly<Record<string, string>>,
  pids: Readonly<Record<string, number | undefined>>,
): void {
  const next = `${paths.run}.next`;
  fs.writeFileSync(
    next,
    `${JSON.stringify({ supervisorPid: process.pid, addresses, pids }, null, 2)}\n`,
  );
  fs.renameSync(next, paths.run);
}

export function readRun(paths: StatePaths): RunFile | undefined {
  try {
    return JSON.parse(fs.readFileSync(paths.run, 'utf8')) as RunFile;
  } catch {
    return undefined;
  }
}
