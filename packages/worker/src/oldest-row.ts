/** How long a row has been the oldest of its outbox: rows carry no time, and ids only rise. */
export class OldestRow {
  private id: bigint | null = null;
  private sinceMs = 0;

  /** @param id smallest id in the outbox, null when it is empty @returns seconds; 0 = empty, or another row is the oldest now */
  age(id: bigint | null, nowMs: number): number {
    if (id === null || id !== this.id) this.sinceMs = nowMs;
    this.id = id;
    return (nowMs - this.sinceMs) / 1000;
  }
}
