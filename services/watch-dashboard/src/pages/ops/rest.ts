/** The part of REST that the operations page reads (`schemas/openapi/serve-api.yaml`). Times are ISO texts, offsets decimal texts. */

/** How far a consumer group is in a topic, partitions added up. */
export interface Flow {
  readonly group: string;
  readonly topic: string;
  readonly partitions: number;
  readonly next_offset: string;
  /** Null, as the lag, while the broker does not answer. */
  readonly log_end: string | null;
  readonly lag_records: number | null;
  /** Of the records applied. */
  readonly newest_event_time: string | null;
  readonly committed_at: string;
  readonly applied: number;
  readonly deduped: number;
  readonly late: number;
  readonly dead: number;
  readonly erased: number;
  readonly markers: number;
}

/** One read. Counters only rise, so a rate is the difference of two reads. */
export interface FlowRead {
  readonly as_of: string;
  readonly flows: readonly Flow[];
}

export interface DeadLetterKind {
  /** Of group, topic, stage, reason and class; the same in every answer. */
  readonly fingerprint: string;
  readonly group: string;
  readonly topic: string;
  readonly stage: string;
  readonly reason: string;
  readonly error_class: string;
  readonly count: number;
  readonly newest_failed_at: string;
}

export interface DeadLetterRead {
  readonly as_of: string;
  readonly kinds: readonly DeadLetterKind[];
}

/** What the reference data say about a source; its live state comes by the channel `sources`. */
export interface SourceInfo {
  readonly id: string;
  readonly kind: string | null;
  readonly title: string | null;
  readonly delivery: string | null;
}

export interface SourceRead {
  readonly as_of: string;
  readonly sources: readonly SourceInfo[];
}

/** Windows with the events that each source gave. */
export interface CountedPage {
  readonly items: readonly {
    readonly n: number;
    readonly counts: Readonly<Record<string, number>>;
    readonly window: { readonly start: string; readonly end: string };
  }[];
}

export const flowPath = '/v1/ops/flow';
export const deadLettersPath = '/v1/ops/dead-letters?limit=200';
export const sourcesPath = '/v1/sources';
