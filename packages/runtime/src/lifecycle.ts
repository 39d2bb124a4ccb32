import { toError } from '@groundswell/domain';
import type { Logger } from './logger.ts';

/** @param leftMs what is left of the time to drain, ms */
export type Release = (leftMs: number) => Promise<void> | void;

/** Resources register a releaser when they are acquired; release runs in reverse order (ST9). */
export interface Lifecycle {
  onStop(name: string, release: Release): void;
  /** Log, release everything, exit with 1. */
  fail(error: unknown): void;
  /** Release everything, exit with 0. */
  stop(reason: string): void;
}

export interface LifecycleOptions {
  readonly log: Logger;
  readonly shutdownMs: number;
  readonly exit: (code: number) => void;
}

export function createLifecycle({ log, shutdownMs, exit }: LifecycleOptions): Lifecycle {
  const releasers: { name: string; release: Release }[] = [];
  let stopping = false;

  async function end(code: number): Promise<void> {
    if (stopping) return;
    stopping = true;
    const beganMs = performance.now();
    const abort = setTimeout(() => {
      log.error('shutdown took too long', { shutdownMs });
      exit(code === 0 ? 3 : code);
    }, shutdownMs);
    abort.unref();
    let exitCode = code;
    for (const { name, release } of releasers.reverse()) {
      try {
        await release(shutdownMs - (performance.now() - beganMs));
      } catch (thrown) {
        exitCode ||= 1;
        log.error('release failed', { resource: name, error: toError(thrown) });
      }
    }
    exit(exitCode);
  }

  return {
    onStop: (name, release) => void releasers.push({ name, release }),
    fail: (error) => {
      log.error('service failed', { error: toError(error) });
      void end(1);
    },
    stop: (reason) => {
      log.info('stopping', { reason });
      void end(0);
    },
  };
}
