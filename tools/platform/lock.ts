import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Lock files that name their holder, so that a lock left by a killed process is taken over. The holder is its pid plus,
 * where the system tells it, the instant it started: a pid that was given to a later process does not count.
 */

export interface LockHolder {
  readonly pid: number;
  /** Start of the process in clock ticks since boot; null where /proc is missing. */
  readonly startTicks: string | null;
}

/** Takes the lock and returns its release, or the living process that holds it. */
export function tryLock(file: string): { release: () => void } | { holder: LockHolder } {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const own: LockHolder = { pid: process.pid, startTicks: startTicks(process.pid) };
  // Written aside and linked into place: nobody ever reads a half-written lock.
  const mine = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  fs.writeFileSync(mine, JSON.stringify(own));
  try {
    for (;;) {
      if (link(mine, file))
        return {
          release: () => {
            fs.rmSync(file, { force: true });
          },
        };
      const holder = readHolder(file);
      if (holder !== undefined && isAlive(holder)) return { holder };
      fs.rmSync(file, { force: true });
    }
  } finally {
    fs.rmSync(mine, { force: true });
  }
}

/** Waits for the lock, runs the work, releases. `onWait` is called once when another process holds it. */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  onWait?: (holder: LockHolder) => void,
): Promise<T> {
  for (let waited = false; ; waited = true) {
    const lock = tryLock(file);
    if ('release' in lock) {
      try {
        return await work();
      } finally {
        lock.release();
      }
    }
    if (!waited) onWait?.(lock.holder);
    await delay(200);
  }
}

/** The living holder of a lock, if any. */
export function lockHolder(file: string): LockHolder | undefined {
  const holder = readHolder(file);
  return holder !== undefined && isAlive(holder) ? holder : undefined;
}

export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isAlive(holder: LockHolder): boolean {
  return isProcessAlive(holder.pid) && startTicks(holder.pid) === holder.startTicks;
}

function readHolder(file: string): LockHolder | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as LockHolder;
  } catch {
    return undefined;
  }
}

function link(from: string, to: string): boolean {
  try {
    fs.linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function startTicks(pid: number): string | null {
  try {
    // Field 22; the second field is the command in brackets and may itself hold spaces and brackets.
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
