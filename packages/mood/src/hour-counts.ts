const WEEK_MS = 7 * 24 * 3_600_000;
/** Hours of week are compared with this many earlier ones (S62). */
const WEEKS = 8;

/** Mentions of the closed hours of one instrument, eight weeks back: what an hour's attention is measured against. */
export class HourCounts {
  readonly #counts = new Map<number, number>();
  #sinceMs = Infinity;
  #changed = false;

  /** An hour in which the instrument was heard of; silence counts as 0 from the first one on. */
  heard(startMs: number): void {
    if (startMs >= this.#sinceMs) return;
    this.#sinceMs = startMs;
    this.#changed = true;
  }

  /** An hour closed with this many mentions; hours that no later one can ask for are dropped. */
  close(startMs: number, n: number): void {
    if (n > 0) this.#counts.set(startMs, n);
    for (const known of this.#counts.keys()) {
      if (known < startMs - WEEKS * WEEK_MS) this.#counts.delete(known);
    }
    this.#changed = true;
  }

  /**
   * Mentions in the same hour of the last weeks.
   * @param openCount what an hour that has not been closed yet counts; undefined: it is closed
   */
  history(startMs: number, openCount: (startMs: number) => number | undefined): number[] {
    const found: number[] = [];
    for (let week = 1; week <= WEEKS; week += 1) {
      const hour = startMs - week * WEEK_MS;
      if (hour < this.#sinceMs) break;
      found.push(openCount(hour) ?? this.#counts.get(hour) ?? 0);
    }
    return found;
  }

  /** Body to store if it changed since the last call. */
  take(): string | null {
    if (!this.#changed) return null;
    this.#changed = false;
    return JSON.stringify([this.#sinceMs, [...this.#counts].sort(([a], [b]) => a - b)]);
  }

  restore(body: string): void {
    const [sinceMs, counts] = JSON.parse(body) as [number, [number, number][]];
    this.#sinceMs = sinceMs;
    for (const [hour, n] of counts) this.#counts.set(hour, n);
  }
}
