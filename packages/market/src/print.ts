/** One trade as the operators see it. `tsMs` is always the floor of `tsUs` to milliseconds (C1). */
export interface Print {
  /** The envelope's event_id; unique per entity. */
  readonly id: string;
  readonly tsMs: number;
  readonly tsUs: number;
  /** The source's sequence, null where it has none. */
  readonly seq: number | null;
  readonly priceE18: bigint;
  readonly sizeE18: bigint;
  /** May it set open, high, low and close (M2)? */
  readonly priceOk: boolean;
  /** Does it count in volume (M2)? */
  readonly volOk: boolean;
}

/** Total order of the prints of one entity (C1); the rank of a trade is constant. */
export interface OrderKey {
  readonly tsMs: number;
  /** The source's sequence, else the micros below the millisecond. */
  readonly seq: number;
}

/** Order of an event time: a source with finer time but no sequence is ordered by the sub-millisecond remainder (C1). */
export function orderKey(tsUs: number, seq: number | null): OrderKey {
  const tsMs = Math.floor(tsUs / 1000);
  return { tsMs, seq: seq ?? tsUs - tsMs * 1000 };
}

type Ordered = Pick<Print, 'id' | 'tsMs' | 'tsUs' | 'seq'>;

/** Negative, 0 or positive by (ts, seq, id); ids compare by code unit, arrival never decides (C1). */
export function compareOrder(a: Ordered, b: Ordered): number {
  if (a.tsMs !== b.tsMs) return a.tsMs - b.tsMs;
  const aSeq = a.seq ?? a.tsUs - a.tsMs * 1000;
  const bSeq = b.seq ?? b.tsUs - b.tsMs * 1000;
  if (aSeq !== bSeq) return aSeq - bSeq;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
