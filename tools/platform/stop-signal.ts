/**
 * One place that hears every reason to stop: Ctrl-C, SIGTERM, the end of the terminal, the death of the bootstrap that
 * started this process, and a process that was given up. The first one asks for an orderly stop, a later signal for an
 * immediate one.
 */
export interface StopSignal {
  readonly signal: AbortSignal;
  /** Resolves with the first reason. */
  readonly requested: Promise<void>;
  /** Why it failed, if that is the reason. */
  readonly failure: Error | undefined;
  /** Asks for the stop because of a failure. */
  fail(error: Error): void;
}

/** npm, the shell and the terminal may each deliver one and the same Ctrl-C: this soon after the first it is no second one. */
const sameSignalMs = 500;

export function createStopSignal(handlers: {
  readonly onStop: () => void;
  readonly onSecondSignal: (signal: NodeJS.Signals) => void;
}): StopSignal {
  const stopping = new AbortController();
  let failure: Error | undefined;
  let firstAtMs: number | undefined;
  const requested = new Promise<void>((resolve) => {
    stopping.signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
  const stop = () => {
    if (stopping.signal.aborted) return;
    firstAtMs = Date.now();
    handlers.onStop();
    stopping.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (firstAtMs !== undefined && Date.now() - firstAtMs > sameSignalMs)
        handlers.onSecondSignal(signal);
      else stop();
    });
  }
  process.once('disconnect', stop);
  process.channel?.unref();
  return {
    signal: stopping.signal,
    requested,
    get failure() {
      return failure;
    },
    fail(error) {
      if (!stopping.signal.aborted) failure = error;
      stop();
    },
  };
}
