import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const guardFile = fileURLToPath(new URL('./guard.mjs', import.meta.url));

/** Registers process groups with the guard process, which stops them when this process is gone. */
export class Guard {
  readonly #groups = new Map<number, NodeJS.Signals>();
  #process: ChildProcess | undefined;
  #closed = false;

  /** A child that leads its own process group, and the signal it stops on. */
  add(pid: number, stopSignal: NodeJS.Signals): void {
    this.#groups.set(pid, stopSignal);
    if (this.#process === undefined) this.#start();
    else this.#send(`+${pid} ${stopSignal}`);
  }

  /** To be called as soon as the child has exited: its number may be given to another process. */
  remove(pid: number): void {
    if (this.#groups.delete(pid)) this.#send(`-${pid}`);
  }

  /** Kills everything that is registered, at once. */
  killAll(): void {
    for (const pid of this.#groups.keys()) {
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // it has just ended by itself
      }
    }
  }

  /** Ends the guard process; what is still registered is stopped by it. */
  close(): void {
    this.#closed = true;
    this.#process?.stdin?.end();
  }

  #start(): void {
    // Its own session: neither Ctrl-C nor the end of the terminal may reach it before it has done its work.
    const child = spawn(process.execPath, [guardFile], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#process = child;
    child.unref();
    (child.stdin as unknown as { unref(): void }).unref();
    child.stdin.on('error', () => undefined); // EPIPE: the exit below says the same
    child.once('exit', () => {
      this.#process = undefined;
      if (!this.#closed && this.#groups.size > 0) this.#start();
    });
    for (const [pid, signal] of this.#groups) this.#send(`+${pid} ${signal}`);
  }

  #send(line: string): void {
    this.#process?.stdin?.write(`${line}\n`);
  }
}
