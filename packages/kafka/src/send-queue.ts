/**
 * Runs sends one after the other, in the order of the calls. When one fails, the ones that were waiting behind it fail with the same
 * error without being tried: had they been sent, the failed one could only come after them.
 */
export class SendQueue {
  #tail: Promise<void> = Promise.resolve();
  /** Rises with every failure; a send that was queued before a failure is void. */
  #failures = 0;
  #lastError: unknown;

  run(send: () => Promise<void>): Promise<void> {
    const queuedAt = this.#failures;
    const result = this.#tail.then(async () => {
      if (this.#failures !== queuedAt) throw this.#lastError;
      try {
        await send();
      } catch (thrown) {
        this.#failures += 1;
        this.#lastError = thrown;
        throw thrown;
      }
    });
    // The caller has the rejection; the chain itself goes on.
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Resolves when everything queued so far has been sent or has failed. */
  idle(): Promise<void> {
    return this.#tail;
  }
}
