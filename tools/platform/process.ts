import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PlatformError } from './errors.ts';
import type { Guard } from './guard.ts';
import type { ProgressEvent } from './types.ts';

/** How to start one process, how to see that it serves, and how to stop it. */
export interface LaunchSpec {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Runs as this account; only root can ask for it. */
  readonly uid?: number;
  readonly gid?: number;
  /** One question: does it serve? */
  readonly probe: () => Promise<boolean>;
  readonly readyWithinMs: number;
  /** The signal on which it stops in order. */
  readonly stopSignal: NodeJS.Signals;
  /** After this it is killed. */
  readonly stopWithinMs: number;
}

export interface ProcessDeps {
  readonly guard: Guard;
  readonly onProgress: (event: ProgressEvent) => void;
  /** It died too often. */
  readonly onFatal: (error: PlatformError) => void;
}

/** One child and its end. */
interface Life {
  readonly child: ChildProcess;
  readonly ended: Promise<string>;
}

const probeEveryMs = 50;
const maxRestarts = 5;
/** A process that served this long has proved that it can: its deaths are counted anew. */
const steadyMs = 60_000;
const maxLogBytes = 10 * 1024 * 1024;
const tailLineCount = 8;

/**
 * One supervised process. `start` spawns it in its own process group and waits until it serves; when it dies, before or
 * after that, it is started again after 250, 500, 1000, 2000, 4000 ms, and then given up.
 *
 * Invariants: at most one child at a time; every child is registered with the guard while it lives; after `stop`
 * resolves no child lives.
 */
export class ManagedProcess {
  readonly name: string;
  readonly logFile: string;
  readonly #deps: ProcessDeps;
  #life: Life | undefined;
  #loop: Promise<void> | undefined;
  #stopping = new AbortController();

  constructor(name: string, logFile: string, deps: ProcessDeps) {
    this.name = name;
    this.logFile = logFile;
    this.#deps = deps;
  }

  get pid(): number | undefined {
    return this.#life?.child.pid;
  }

  /** Resolves when the process serves. @throws PlatformError with its last log lines when it was given up or stopped */
  start(spec: LaunchSpec): Promise<void> {
    this.#stopping = new AbortController();
    return new Promise((resolve, reject) => {
      this.#loop = this.#supervise(spec, this.#stopping.signal, resolve).then(
        reject,
        (cause: unknown) => {
          const error = new PlatformError(
            `${this.name} could not be supervised: ${String(cause)}`,
            cause,
          );
          reject(error);
          this.#deps.onFatal(error);
        },
      );
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#life?.child.kill(signal);
  }

  /** Stops it in order, or kills it when that takes too long. */
  async stop(spec: LaunchSpec): Promise<void> {
    this.#stopping.abort();
    if (this.#life !== undefined) {
      const { child, ended } = this.#life;
      this.#progress('stopping');
      child.kill(spec.stopSignal);
      child.kill('SIGCONT'); // one that a test has paused could not stop
      const timer = setTimeout(() => killGroup(child), spec.stopWithinMs);
      await ended;
      clearTimeout(timer);
    }
    await this.#loop;
    this.#progress('stopped');
  }

  /** Ends with the reason why it is not started again. */
  async #supervise(
    spec: LaunchSpec,
    stopping: AbortSignal,
    onReady: () => void,
  ): Promise<PlatformError> {
    for (let deaths = 0; ;) {
      this.#progress('starting', deaths === 0 ? undefined : `attempt ${deaths + 1}`);
      const logStart = openLog(this.logFile);
      const life = this.#spawn(spec, logStart.fd);
      const readyAtMs = await untilReady(spec, life);
      if (readyAtMs === undefined) killGroup(life.child);
      else if (!stopping.aborted) {
        this.#progress('ready');
        onReady();
      }
      const how = await life.ended;
      if (stopping.aborted) break;
      deaths = readyAtMs !== undefined && Date.now() - readyAtMs > steadyMs ? 1 : deaths + 1;
      const report = `${how}\n${logTail(this.logFile, logStart.bytes)}`.trimEnd();
      this.#progress('died', report);
      if (deaths > maxRestarts) {
        const error = new PlatformError(
          `${this.name} died ${deaths} times in a row and was given up; log: ${this.logFile}\n${report}`,
        );
        this.#progress('failed', `log: ${this.logFile}`);
        this.#deps.onFatal(error);
        return error;
      }
      await delay(125 * 2 ** deaths, undefined, { signal: stopping }).catch(() => undefined);
    }
    return new PlatformError(`${this.name} was stopped.`);
  }

  #spawn(spec: LaunchSpec, logFd: number): Life {
    const child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: spec.env,
      detached: true, // its own group: Ctrl-C reaches the supervisor alone, which then stops it in order
      stdio: ['ignore', logFd, logFd],
      ...(spec.uid === undefined ? {} : { uid: spec.uid }),
      ...(spec.gid === undefined ? {} : { gid: spec.gid }),
    });
    fs.closeSync(logFd);
    const { pid } = child;
    if (pid !== undefined) this.#deps.guard.add(pid, spec.stopSignal);
    const ended = endOf(child).then((how) => {
      if (pid !== undefined) this.#deps.guard.remove(pid);
      this.#life = undefined;
      return how;
    });
    this.#life = { child, ended };
    return this.#life;
  }

  #progress(state: ProgressEvent['state'], detail?: string): void {
    this.#deps.onProgress({ name: this.name, state, ...(detail === undefined ? {} : { detail }) });
  }
}

/** The instant at which the process first served; undefined if it died or took too long. */
async function untilReady(spec: LaunchSpec, { child, ended }: Life): Promise<number | undefined> {
  const deadlineMs = Date.now() + spec.readyWithinMs;
  const gone = ended.then(() => undefined);
  while (Date.now() < deadlineMs && !isGone(child)) {
    const answer = await Promise.race([spec.probe(), gone]);
    // The port may belong to another process: only a living child can have answered.
    if (answer === true && !isGone(child)) return Date.now();
    await Promise.race([delay(probeEveryMs), gone]);
  }
  return undefined;
}

function isGone(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** Resolves with how it ended, in words. To be called before the child can have ended: the event comes once. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`);
    });
    child.once('error', (error) => {
      if (child.pid === undefined) resolve(`could not be started: ${error.message}`);
    });
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL'); // the group is gone, or was never made
  }
}

/** Opens the log for appending; a large one is set aside first, so that there are at most two. */
function openLog(file: string): { fd: number; bytes: number } {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const bytes = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > maxLogBytes) fs.renameSync(file, `${file}.1`);
  return { fd: fs.openSync(file, 'a'), bytes: bytes > maxLogBytes ? 0 : bytes };
}

/** The last lines that were written since `fromByte`. */
function logTail(file: string, fromByte: number): string {
  const text = fs.readFileSync(file).subarray(fromByte).toString('utf8').trimEnd();
  return text.split('\n').slice(-tailLineCount).join('\n');
}
