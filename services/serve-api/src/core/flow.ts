import { formatIsoUs } from '@groundswell/domain';

/** What the checkpoints of a group say about one topic. */
export interface FlowFacts {
  readonly group: string;
  readonly topic: string;
  /** Next offset of each partition, as text. */
  readonly nextOffsets: Readonly<Record<string, string>>;
  readonly newestEventTimeUs: number | null;
  readonly committedAtUs: number;
  readonly applied: number;
  readonly deduped: number;
  readonly late: number;
  readonly dead: number;
  readonly erased: number;
  readonly markers: number;
}

/**
 * How far a group is. The ends of the log are read after the checkpoints, so a lag is never too small; it may be too great by what was
 * committed between. A partition whose end is not known makes the whole lag unknown.
 */
export function flowBody(facts: FlowFacts, ends: ReadonlyMap<number, bigint> | null) {
  const { nextOffsets, newestEventTimeUs, committedAtUs, ...counts } = facts;
  const partitions = Object.entries(nextOffsets).map(
    ([partition, next]) => [BigInt(next), ends?.get(Number(partition)) ?? null] as const,
  );
  const isKnown = ends !== null && partitions.every(([, end]) => end !== null);
  const sum = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n);
  const next = sum(partitions.map(([offset]) => offset));
  const logEnd = isKnown ? sum(partitions.map(([, end]) => end ?? 0n)) : null;
  const lag = isKnown
    ? sum(partitions.map(([offset, end]) => ((end ?? 0n) > offset ? (end ?? 0n) - offset : 0n)))
    : null;
  return {
    ...counts,
    partitions: partitions.length,
    next_offset: String(next),
    log_end: logEnd === null ? null : String(logEnd),
    lag_records: lag === null ? null : Number(lag),
    newest_event_time: newestEventTimeUs === null ? null : formatIsoUs(newestEventTimeUs),
    committed_at: formatIsoUs(Math.round(committedAtUs)),
  };
}
