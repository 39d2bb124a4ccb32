import type { LogRange } from '@groundswell/stream';

/** A position of a task as the checkpoint table holds it. */
export interface Position {
  readonly task: number;
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: bigint;
}

export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** Records in the log that are not decided. */
  readonly records: number;
  /** Time since nothing was undecided: at least the age of the oldest undecided record, seconds. 0 = nothing is. */
  readonly seconds: number;
}

/**
 * Lag of each partition, from where the log ends and where the slowest task of ours stands. The age needs no time of any record and no
 * clock but our own: whatever is undecided arrived after the moment at which nothing was.
 */
export class LagBoard {
  private readonly caughtUpAtMs = new Map<string, number>();

  measure(
    positions: readonly Position[],
    ends: ReadonlyMap<string, ReadonlyMap<number, LogRange>>,
    nowMs: number,
  ): readonly PartitionLag[] {
    const slowest = new Map<string, Position>();
    for (const position of positions) {
      const key = `${position.topic}/${position.partition}`;
      const known = slowest.get(key);
      if (known === undefined || position.nextOffset < known.nextOffset) slowest.set(key, position);
    }
    for (const key of this.caughtUpAtMs.keys()) {
      if (!slowest.has(key)) this.caughtUpAtMs.delete(key);
    }
    return [...slowest].flatMap(([key, { topic, partition, nextOffset }]) => {
      const end = ends.get(topic)?.get(partition)?.endOffset;
      if (end === undefined) return [];
      const records = Math.max(0, Number(end - nextOffset));
      const sinceMs = this.caughtUpAtMs.get(key);
      if (records === 0 || sinceMs === undefined) this.caughtUpAtMs.set(key, nowMs);
      const seconds = records === 0 ? 0 : (nowMs - (sinceMs ?? nowMs)) / 1000;
      return [{ topic, partition, records, seconds }];
    });
  }
}

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
