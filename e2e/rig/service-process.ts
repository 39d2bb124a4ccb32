import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Guard } from '../../tools/platform/guard.ts';
import { repositoryDir } from '../../tools/platform/paths.ts';
import { httpAnswers } from '../../tools/platform/probes.ts';

export interface ServiceProcessOptions {
  readonly name: string;
  /** Below the repository. */
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
  readonly url: string;
  readonly logFile: string;
  /** Stops the process when this one is gone, however it ended (T6). */
  readonly guard: Guard;
  /** It ended, and nobody had asked it to. */
  readonly onUnexpectedEnd: (error: Error) => void;
}

const READY_WITHIN_MS = 120_000;
const START_ATTEMPTS = 4;
/** A service drains for at most 10 s. */
const STOP_WITHIN_MS = 20_000;

/** One service as its own process, that a test may kill, pause and start again. At most one life at a time. */
export class ServiceProcess {
  readonly name: string;
  readonly url: string;
  readonly logFile: string;
  readonly #options: ServiceProcessOptions;
  #child: ChildProcess | null = null;
  #ended: Promise<void> = Promise.resolve();
  #isEndExpected = false;

  constructor(options: ServiceProcessOptions) {
    this.#options = options;
    this.name = options.name;
    this.url = options.url;
    this.logFile = options.logFile;
  }

  get isRunning(): boolean {
    return this.#child !== null;
  }

  /** Process id while it runs. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Resolves when it says that it is ready. As long as it was not, it is started again a few times, as any supervisor would. */
  async start(): Promise<void> {
    if (this.#child !== null) throw new Error(`${this.name} runs already`);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#startOnce();
        return;
      } catch (thrown) {
        if (attempt === START_ATTEMPTS || this.isRunning) throw thrown;
      }
    }
  }

  async #startOnce(): Promise<void> {
    const child = this.#spawn();
    const deadlineMs = performance.now() + READY_WITHIN_MS;
    while (!(await httpAnswers(`${this.url}/health/ready`))) {
      if (this.#child !== child) throw new Error(`${this.name} ended at start\n${this.logTail()}`);
      if (performance.now() > deadlineMs) {
        throw new Error(`${this.name} is not ready\n${this.logTail()}`);
      }
      await pause(50);
    }
    this.#isEndExpected = false;
  }

  /** SIGKILL: no drain, no goodbye. Resolves when it is gone. */
  async kill(): Promise<void> {
    this.#isEndExpected = true;
    this.signal('SIGKILL');
    await this.#ended;
  }

  /** As an orchestrator stops it. */
  async stop(): Promise<void> {
    this.#isEndExpected = true;
    this.signal('SIGTERM');
    this.signal('SIGCONT');
    const timer = setTimeout(() => {
      this.signal('SIGKILL');
    }, STOP_WITHIN_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  logTail(lines = 15): string {
    if (!existsSync(this.logFile)) return '';
    return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  }

  #spawn(): ChildProcess {
    const { name, entry, env, logFile, guard, onUnexpectedEnd } = this.#options;
    const log = openSync(logFile, 'a');
    const child = spawn(process.execPath, ['--conditions=@groundswell/source', entry], {
      cwd: repositoryDir,
      env,
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#child = child;
    this.#isEndExpected = true; // until it is ready, whoever starts it is told
    const { pid } = child;
    if (pid !== undefined) guard.add(pid, 'SIGTERM');
    this.#ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        if (pid !== undefined) guard.remove(pid);
        this.#child = null;
        if (!this.#isEndExpected) {
          const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
          onUnexpectedEnd(new Error(`${name} ended ${how}; ${logFile}\n${this.logTail()}`));
        }
        resolve();
      });
    });
    return child;
  }
}
