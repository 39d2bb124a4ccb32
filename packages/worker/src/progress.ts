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
  /** No undecided record is older than this, seconds, to the interval of our looks. 0 = none is undecided. */
  readonly seconds: number;
}

/** Where a log ended when we looked. */
interface Sight {
  readonly atMs: number;
  readonly endOffset: bigint;
}

/** More sights of a stuck partition than this are thinned out: the first one alone decides. */
const MAX_SIGHTS = 1000;

/**
 * Lag of each partition, from where the log ends and where the slowest task of ours stands. The age needs no time of any record and no
 * clock but our own: all that was in the log at the last sight which our position has passed is decided, so what is undecided is younger.
 */
export class LagBoard {
  private readonly sights = new Map<string, Sight[]>();

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
    for (const key of this.sights.keys()) {
      if (!slowest.has(key)) this.sights.delete(key);
    }
    return [...slowest].flatMap(([key, { topic, partition, nextOffset }]) => {
      const endOffset = ends.get(topic)?.get(partition)?.endOffset;
      if (endOffset === undefined) return [];
      const records = Math.max(0, Number(endOffset - nextOffset));
      const passedAtMs = this.passedAtMs(key, nextOffset, nowMs);
      const seconds = records === 0 ? 0 : (nowMs - passedAtMs) / 1000;
      this.sights.get(key)?.push({ atMs: nowMs, endOffset });
      return [{ topic, partition, records, seconds }];
    });
  }

  /** The last time at which the log ended no later than this position; the first sight of all when there is none. */
  private passedAtMs(key: string, nextOffset: bigint, nowMs: number): number {
    const sights = this.sights.get(key) ?? [];
    const firstAhead = sights.findIndex(({ endOffset }) => endOffset > nextOffset);
    const passed = firstAhead === -1 ? sights.length - 1 : Math.max(0, firstAhead - 1);
    const kept = sights.slice(Math.max(0, passed));
    if (kept.length > MAX_SIGHTS) kept.splice(2, 1);
    this.sights.set(key, kept);
    return kept[0]?.atMs ?? nowMs;
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
