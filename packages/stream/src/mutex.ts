/** A serial queue: one task never does two things at once. */
export class Mutex {
  private tail: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.tail.then(work);
    // The queue goes on after a failure; the caller of `run` sees the failure itself.
    this.tail = result.catch(() => undefined);
    return result;
  }
}
