import type { LogRange, TopicPartition } from './ports.ts';

/** Where a reader or task stands in a partition, and where its log ends. */
export interface Standing {
  readonly topic: string;
  readonly partition: number;
  /** Next record to do. */
  readonly nextOffset: bigint;
  /** Next offset of the log. */
  readonly endOffset: bigint;
}

export interface PartitionLag extends Pick<Standing, 'topic' | 'partition'> {
  /** Records in the log that are not done. */
  readonly records: number;
  /** No record that is not done is older than this, seconds, to the interval of our looks. 0 = all are done. */
  readonly seconds: number;
  /** Since the position last moved, seconds, to the interval of our looks. */
  readonly positionAgeSeconds: number;
}

interface Past {
  readonly nextOffset: bigint;
  readonly movedAtMs: number;
  /** Where the log ended at earlier looks, oldest first; the first is the last one that the position has passed. */
  readonly ends: readonly { readonly atMs: number; readonly endOffset: bigint }[];
}

/** More looks at a stuck partition than this are thinned out: the first one alone decides. */
const MAX_ENDS = 200;

/**
 * Lag of each partition of ours. It needs no time of any record and no clock but our own: what was in the log at the last look that the
 * position has passed is done, so what is not is younger.
 */
export class LagBoard {
  #pasts: ReadonlyMap<string, Past> = new Map();

  /** A partition that is not among the standings is forgotten. */
  measure(standings: readonly Standing[], nowMs: number): readonly PartitionLag[] {
    const pasts = new Map<string, Past>();
    const lags = standings.map(({ topic, partition, nextOffset, endOffset }) => {
      const key = `${topic}/${partition}`;
      const known = this.#pasts.get(key);
      const movedAtMs = known?.nextOffset === nextOffset ? known.movedAtMs : nowMs;
      const ends = sincePassed(known?.ends ?? [], nextOffset);
      const records = Math.max(0, Number(endOffset - nextOffset));
      const passedAtMs = ends[0]?.atMs ?? nowMs;
      pasts.set(key, { nextOffset, movedAtMs, ends: [...ends, { atMs: nowMs, endOffset }] });
      return {
        topic,
        partition,
        records,
        seconds: records === 0 ? 0 : (nowMs - passedAtMs) / 1000,
        positionAgeSeconds: (nowMs - movedAtMs) / 1000,
      };
    });
    this.#pasts = pasts;
    return lags;
  }
}

/** From the last look at which the log ended no later than this position; from the first of all when there is none. */
function sincePassed(ends: Past['ends'], nextOffset: bigint): Past['ends'] {
  const firstAhead = ends.findIndex(({ endOffset }) => endOffset > nextOffset);
  const passed = firstAhead === -1 ? ends.length - 1 : firstAhead - 1;
  const kept = ends.slice(Math.max(0, passed));
  return kept.length < MAX_ENDS ? kept : kept.toSpliced(2, 1);
}

/** Positions beside the ends of their logs. In a topic that several tasks read whole the slowest counts; a partition without a log is left out. */
export async function standingsOf<Topic extends string>(
  positions: readonly (TopicPartition & { readonly topic: Topic; readonly nextOffset: bigint })[],
  logRanges: (topic: Topic) => Promise<ReadonlyMap<number, LogRange>>,
): Promise<readonly Standing[]> {
  const names = [...new Set(positions.map(({ topic }) => topic))];
  const ranges = new Map(
    await Promise.all(names.map(async (topic) => [topic, await logRanges(topic)] as const)),
  );
  const slowest = new Map<string, Standing>();
  for (const { topic, partition, nextOffset } of positions) {
    const endOffset = ranges.get(topic)?.get(partition)?.endOffset;
    if (endOffset === undefined) continue;
    const key = `${topic}/${partition}`;
    const known = slowest.get(key);
    if (known === undefined || nextOffset < known.nextOffset) {
      slowest.set(key, { topic, partition, nextOffset, endOffset });
    }
  }
  return [...slowest.values()];
}
