/** What the total order of events is made of (C1). */
export interface Ordered {
  readonly id: string;
  /** Event time, epoch micros. */
  readonly tsUs: number;
  /** The source's own order number; null where it has none. */
  readonly seq: number | null;
}

/** Event time in ms: the floor of the micros (C1). */
export function msOf(tsUs: number): number {
  return Math.floor(tsUs / 1000);
}

/** Compare by (ts, seq, id) as C1 says, rank left out: ids by code unit, never by locale; no sequence counts as the sub-ms rest. */
export function compareOrdered(a: Ordered, b: Ordered): number {
  const byTime = msOf(a.tsUs) - msOf(b.tsUs);
  if (byTime !== 0) return byTime;
  const bySequence = sequenceOf(a) - sequenceOf(b);
  if (bySequence !== 0) return bySequence;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function sequenceOf({ seq, tsUs }: Ordered): number {
  return seq ?? tsUs - msOf(tsUs) * 1000;
}
