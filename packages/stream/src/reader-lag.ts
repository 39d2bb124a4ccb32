/** Where a reader stands in a partition, and where its log ends. */
export interface Standing {
  readonly topic: string;
  readonly partition: number;
  /** Next record to read. */
  readonly nextOffset: bigint;
  /** Next offset of the log. */
  readonly endOffset: bigint;
}

export interface ReaderLag extends Pick<Standing, 'topic' | 'partition'> {
  /** Records in the log that are not read. */
  readonly records: number;
  /** No unread record is older than this, seconds, to the interval of our looks. 0 = none is unread. */
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
 * Lag of each partition that a reader follows, as packages/worker has it for tasks. It needs no time of any record and no clock but
 * our own: what was in the log at the last look that the position has passed is read, so what is unread is younger.
 */
export class ReaderLagBoard {
  #pasts: ReadonlyMap<string, Past> = new Map();

  /** A partition that is not among the standings is forgotten. */
  measure(standings: readonly Standing[], nowMs: number): readonly ReaderLag[] {
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
