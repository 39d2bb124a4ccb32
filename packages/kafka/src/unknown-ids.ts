const UNKNOWN_FOR_MS = 30_000;
const MAX_UNKNOWN = 1_000;

/** Ids that a healthy registry did not know, each for 30 s, at most 1,000: a stream of bad records costs no call each (G3). */
export class UnknownIds {
  readonly #until = new Map<number, number>();

  has(id: number, nowMs: number = performance.now()): boolean {
    const until = this.#until.get(id);
    if (until === undefined) return false;
    if (until > nowMs) return true;
    this.#until.delete(id);
    return false;
  }

  /** Beyond the limit the oldest is forgotten. */
  add(id: number, nowMs: number = performance.now()): void {
    this.#until.delete(id);
    const oldest = this.#until.keys().next();
    if (this.#until.size >= MAX_UNKNOWN && oldest.done === false) this.#until.delete(oldest.value);
    this.#until.set(id, nowMs + UNKNOWN_FOR_MS);
  }
}
