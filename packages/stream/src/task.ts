import { GroundswellError, InvariantError } from '@groundswell/domain';
import { topics, type TopicName, type TopicRecords } from '@groundswell/schemas';
import { classify, sliceBatch, type Candidate, type Classified } from './classify.ts';
import {
  attemptOf,
  deadLetterRecord,
  historyRow,
  latestRow,
  lateRecord,
  recordJson,
} from './control-records.ts';
import type { FetchedBatch, RecordCodec } from './ports.ts';
import type {
  Advance,
  BatchWrites,
  Counts,
  DeadLetterRow,
  HistoryRow,
  JournalClaim,
  LateRow,
  LatestRow,
  Lease,
  OutboxRow,
  Position,
  TaskStore,
  TaskTransaction,
} from './store.ts';
import type {
  Derived,
  Operator,
  Progress,
  SourceEvent,
  SourceSpec,
  Stamp,
  Topology,
} from './topology.ts';

export type Codecs = <N extends TopicName>(topic: N) => RecordCodec<TopicRecords[N]>;

export interface TaskDeps {
  readonly topology: Topology;
  readonly store: TaskStore;
  readonly codecs: Codecs;
  readonly nowUs: () => number;
  readonly codeVersion: string;
  /** Physical topic -> logical topic of the catalogue. */
  readonly logicalTopic: (physical: string) => TopicName;
  readonly physicalTopic: (logical: TopicName) => string;
}

export interface BatchOutcome {
  readonly endOffset: bigint;
  readonly counts: Counts;
  readonly outboxRows: number;
}

/** A record made the pure function throw: rolled back, to be tried once more from clean state. */
class PoisonSuspectError extends GroundswellError {
  readonly offset: bigint;
  constructor(offset: bigint, cause: unknown) {
    super('the operator threw', { code: 'GW_INVARIANT', retriable: false, cause });
    this.offset = offset;
  }
}

/**
 * One task under one lease: a serial queue that turns batches into transactions. After any error it is dead: its memory is void and the
 * host makes a new one from a new acquisition (I3, X3).
 */
export class Task {
  readonly lease: Lease;
  private readonly deps: TaskDeps;
  private readonly suspects: Map<bigint, { times: number; errorClass: string }>;
  private operator: Operator;
  /** 1 while a batch that the store refused is walked record by record. */
  private cut = Number.POSITIVE_INFINITY;

  constructor(
    lease: Lease,
    deps: TaskDeps,
    suspects = new Map<bigint, { times: number; errorClass: string }>(),
  ) {
    this.lease = lease;
    this.deps = deps;
    this.suspects = suspects;
    this.operator = deps.topology.createOperator();
  }

  position(topic: string, partition: number): Position | undefined {
    return this.lease.positions.find((p) => p.topic === topic && p.partition === partition);
  }

  /** The next transaction's worth of a batch. The caller has checked that the batch covers the position (I5). */
  async process(batch: FetchedBatch): Promise<BatchOutcome> {
    const position = this.position(batch.topic, batch.partition);
    if (!position)
      throw new InvariantError('not a source of this task', {
        topic: batch.topic,
        partition: batch.partition,
      });
    const spec = this.specOf(batch.topic);
    const { records, endOffset, markers } = sliceBatch(
      batch,
      position.nextOffset,
      Math.min(spec.maxRecords, this.cut),
    );
    const codec = this.deps.codecs(spec.topic);
    await codec.prepare(records.map((record) => record.value));
    const poison = new Map(
      [...this.suspects]
        .filter(([, s]) => s.times >= 2)
        .map(([offset, s]) => [offset, s.errorClass]),
    );
    const classified = classify(records, spec, codec, position.clockUs, poison);
    try {
      const outcome = await this.commit({ spec, position, endOffset, markers, classified });
      this.suspects.clear();
      this.cut = Number.POSITIVE_INFINITY;
      return outcome;
    } catch (thrown) {
      const first = records[0];
      if (thrown instanceof PoisonSuspectError) this.suspect(thrown.offset, thrown.cause, 1);
      else if (!refusedData(thrown) || first === undefined) throw thrown;
      else if (records.length > 1) this.cut = 1;
      else this.suspect(first.offset, thrown, 2);
      this.operator = this.deps.topology.createOperator();
      return this.process(batch);
    }
  }

  /** Announce what an idle partition makes final: a transaction with :end = :start (I7a). */
  async idle(): Promise<number> {
    if (!this.hasPending()) return 0;
    return this.deps.store.transact(this.lease, async (tx) => {
      await this.operator.advance({ ...this.clocks(null), idle: true }, tx);
      const writes = this.collect([], [], []);
      if (writes.state.length === 0 && writes.outbox.length === 0) return 0;
      await tx.write(writes);
      return writes.outbox.length;
    });
  }

  hasPending(): boolean {
    return this.operator.hasPending(this.wallClockMs());
  }

  private suspect(offset: bigint, cause: unknown, times: number): void {
    const errorClass = cause instanceof Error ? cause.name : 'unknown';
    this.suspects.set(offset, {
      times: (this.suspects.get(offset)?.times ?? 0) + times,
      errorClass,
    });
  }

  private async commit(work: {
    readonly spec: SourceSpec<TopicName>;
    readonly position: Position;
    readonly endOffset: bigint;
    readonly markers: number;
    readonly classified: Classified;
  }): Promise<BatchOutcome> {
    const { spec, position, endOffset, markers, classified } = work;
    return this.deps.store.transact(this.lease, async (tx) => {
      const counts: Counts = {
        applied: 0,
        deduped: 0,
        late: classified.late.length,
        dead: classified.dead.length,
        erased: 0,
        marker: markers,
      };
      const late: LateRow[] = classified.late.map((row) => ({
        ...this.origin(position, row.record.offset),
        eventId: row.eventId,
        entity: row.entity,
        windowSizeMs: 0,
        windowStartUs: 0,
        reason: row.reason,
        latenessMs: row.latenessMs,
      }));
      const open = spec.ageLimit
        ? this.refuseBelowFloor(classified.candidates, tx, late, counts, position)
        : classified.candidates;
      const { fresh, conflicts } = await this.claim(spec, open, tx);
      counts.deduped += open.length - fresh.length;
      await this.operator.prepare(
        fresh.map((candidate) => candidate.event),
        tx,
        conflicts.map((candidate) => candidate.event),
      );
      for (const { event } of conflicts) this.operator.conflict?.(event);
      let clockUs = position.clockUs;
      for (const { event, record } of fresh) {
        const applied = this.apply(event, record.offset);
        counts[applied.verdict] += 1;
        for (const pair of applied.latePairs) {
          late.push({
            ...this.origin(position, record.offset),
            eventId: event.eventId,
            entity: event.entity,
            windowSizeMs: pair.windowSizeMs,
            windowStartUs: pair.windowStartMs * 1000,
            reason: pair.reason,
            latenessMs: pair.latenessMs,
          });
        }
        if (applied.verdict === 'applied' && (clockUs === null || event.eventTimeUs > clockUs)) {
          clockUs = event.eventTimeUs;
        }
      }
      const advance: Advance = {
        topic: position.topic,
        partition: position.partition,
        endOffset,
        clockUs,
        counts,
      };
      await this.operator.advance({ ...this.clocks(advance), idle: false }, tx);
      const dead = this.deadLetters(position, classified);
      const writes = this.collect([advance], dead, late);
      await tx.write(writes);
      return { endOffset, counts, outboxRows: writes.outbox.length };
    });
  }

  private apply(event: SourceEvent, offset: bigint): ReturnType<Operator['apply']> {
    try {
      return this.operator.apply(event);
    } catch (thrown) {
      throw new PoisonSuspectError(offset, thrown);
    }
  }

  private origin(
    position: Position,
    offset: bigint,
  ): { topic: string; partition: number; offset: bigint } {
    return { topic: position.topic, partition: position.partition, offset };
  }

  /** Ids below the floor were forgotten, so their records cannot be told from repeats (Q5). */
  private refuseBelowFloor(
    candidates: readonly Candidate[],
    tx: TaskTransaction,
    late: LateRow[],
    counts: Counts,
    position: Position,
  ): readonly Candidate[] {
    return candidates.filter(({ event, record }) => {
      if (event.eventTimeUs >= tx.floorUs) return true;
      counts.late += 1;
      late.push({
        ...this.origin(position, record.offset),
        eventId: event.eventId,
        entity: event.entity,
        windowSizeMs: 0,
        windowStartUs: 0,
        reason: 'beyond_horizon',
        latenessMs: Math.ceil((tx.floorUs - event.eventTimeUs) / 1000),
      });
      return false;
    });
  }

  /** Q6: which candidates are new. Of equal ids in one batch the first counts. */
  private async claim(
    spec: SourceSpec<TopicName>,
    candidates: readonly Candidate[],
    tx: TaskTransaction,
  ): Promise<Claimed> {
    if (candidates.length === 0) return { fresh: [], conflicts: [] };
    if (spec.dedupe === 'mark') {
      const fresh = await tx.claimMarks(candidates.map(({ event }) => asMark(event)));
      return { fresh: candidates.filter((_, index) => fresh.has(index)), conflicts: [] };
    }
    const [first = [], ...copies] = rounds(candidates);
    if (spec.dedupe === 'seen') {
      const known = await tx.claimSeen(
        first.map(({ event, record }) => ({
          eventId: event.eventId,
          offset: record.offset,
          eventTimeUs: event.eventTimeUs,
        })),
      );
      const fresh =
        known.size === 0 ? first : first.filter(({ event }) => !known.has(event.eventId));
      return { fresh, conflicts: [] };
    }
    const claimed = await claimFrom(first, tx);
    const conflicts = [...claimed.conflicts];
    // Copies in the same batch are judged against what the first one left, as if they came in the next batch (I6).
    for (const round of copies) conflicts.push(...(await claimFrom(round, tx)).conflicts);
    return { fresh: claimed.fresh, conflicts };
  }

  private deadLetters(position: Position, classified: Classified): DeadLetterRow[] {
    const failedAtUs = this.deps.nowUs();
    return classified.dead.map(({ record, stage, reason, errorClass }) => ({
      ...this.origin(position, record.offset),
      stage,
      reason,
      errorClass,
      attempt: attemptOf(record.headers['attempt']?.[0]),
      key: record.key,
      value: record.value,
      headers: record.headers,
      timestampMs: record.timestampMs,
      failedAtUs,
      codeVersion: this.deps.codeVersion,
    }));
  }

  /** Everything this transaction writes beside claims: state, outbox, history, dead letters, late records, positions. */
  private collect(
    advances: readonly Advance[],
    deadLetters: readonly DeadLetterRow[],
    late: readonly LateRow[],
  ): BatchWrites {
    const output = this.operator.take();
    const knownAtUs = Math.max(this.deps.nowUs(), this.lease.lastKnownAtUs + 1);
    const stamp: Stamp = {
      lineage: this.lease.lineage,
      knownAtUs,
      positions: this.lease.positions.map((p) => ({
        topic: p.topic,
        partition: p.partition,
        nextOffset: Number(
          advances.find((a) => a.topic === p.topic && a.partition === p.partition)?.endOffset ??
            p.nextOffset,
        ),
      })),
    };
    const outbox: OutboxRow[] = [];
    const history: HistoryRow[] = [];
    const latest: LatestRow[] = [];
    for (const derived of output.derived) {
      const record = this.publish(derived, stamp, outbox);
      if (derived.keep === 'history') history.push(historyRow(derived.topic, record));
      else if (derived.keep === 'latest') latest.push(latestRow(derived, record));
    }
    for (const row of deadLetters) {
      if (this.copiesDeadLetter(row))
        outbox.push(
          this.control(
            'control.dead-letter.v1',
            deadLetterRecord(row, this.lease.id.group, this.deps.topology.service, knownAtUs),
          ),
        );
    }
    for (const row of late) {
      const record = lateRecord(row, this.lease.id.group, this.deps.topology.service, knownAtUs);
      outbox.push(this.control('control.late-event.v1', record));
    }
    return { state: output.state, outbox, history, latest, deadLetters, late, advances, knownAtUs };
  }

  private publish(derived: Derived, stamp: Stamp, outbox: OutboxRow[]): TopicRecords[TopicName] {
    const record = derived.build(stamp);
    outbox.push({
      topic: this.deps.physicalTopic(derived.topic),
      key: derived.key,
      eventId: derived.eventId(stamp),
      valueKey: derived.valueKey,
      ver: derived.ver,
      payload: this.encode(derived.topic, record),
    });
    return record;
  }

  private encode(topic: TopicName, record: TopicRecords[TopicName]): Uint8Array {
    const codec: Pick<RecordCodec<TopicRecords[TopicName]>, 'encode'> = this.deps.codecs(topic);
    return codec.encode(record);
  }

  private control<N extends 'control.dead-letter.v1' | 'control.late-event.v1'>(
    topic: N,
    { key, record }: { readonly key: string; readonly record: TopicRecords[N] },
  ): OutboxRow {
    return {
      topic: this.deps.physicalTopic(topic),
      key,
      eventId: record.eventId,
      valueKey: record.eventId,
      ver: 1,
      payload: this.encode(topic, record),
    };
  }

  /** A bad record of a broadcast topic is dead in every task, but copied to the topic by one of them (section 5). */
  private copiesDeadLetter(row: DeadLetterRow): boolean {
    const { read } = topics[this.deps.logicalTopic(row.topic)];
    return read === 'keyed' || row.partition % this.taskCount(row.topic) === this.lease.id.task;
  }

  private taskCount(topic: string): number {
    return Math.max(1, this.lease.positions.filter((p) => p.topic === topic).length);
  }

  private specOf(physical: string): SourceSpec<TopicName> {
    // The catalogue ties record types to topics; within one source they agree.
    const sources: Readonly<Record<string, unknown>> = this.deps.topology.sources;
    return sources[this.deps.logicalTopic(physical)] as SourceSpec<TopicName>;
  }

  private wallClockMs(): number {
    return Math.floor(this.deps.nowUs() / 1000);
  }

  private clocks(advance: Advance | null): Omit<Progress, 'idle'> {
    return {
      partitionClockMs: this.clockMs('keyed', advance),
      broadcastClockMs: this.clockMs('broadcast', advance),
      wallClockMs: this.wallClockMs(),
    };
  }

  /** Clock of the keyed partitions or of the broadcast topics, with what this transaction adds. */
  private clockMs(read: 'keyed' | 'broadcast', advance: Advance | null): number | null {
    let clockUs: number | null = null;
    for (const position of this.lease.positions) {
      if (topics[this.deps.logicalTopic(position.topic)].read !== read) continue;
      const own =
        advance?.topic === position.topic && advance.partition === position.partition
          ? advance.clockUs
          : position.clockUs;
      if (own !== null && (clockUs === null || own > clockUs)) clockUs = own;
    }
    return clockUs === null ? null : Math.floor(clockUs / 1000);
  }
}

interface Claimed {
  readonly fresh: readonly Candidate[];
  /** Known ids with other content. */
  readonly conflicts: readonly Candidate[];
}

/** Candidates in rounds of distinct ids: the first of each id, the second of each id, and so on. */
function rounds(candidates: readonly Candidate[]): Candidate[][] {
  const times = new Map<string, number>();
  const found: Candidate[][] = [];
  for (const candidate of candidates) {
    const { eventId } = candidate.event;
    const nth = times.get(eventId) ?? 0;
    times.set(eventId, nth + 1);
    (found[nth] ??= []).push(candidate);
  }
  return found;
}

async function claimFrom(candidates: readonly Candidate[], tx: TaskTransaction): Promise<Claimed> {
  const claimed = await tx.claimJournal(candidates.map(({ event }) => journalClaim(event)));
  return {
    fresh: candidates.filter(({ event }) => claimed.fresh.has(event.eventId)),
    conflicts: candidates.filter(({ event }) => claimed.conflicts.has(event.eventId)),
  };
}

/**
 * The journal keeps the whole record; two deliveries are the same if they differ in nothing but what the delivery made: its time, and
 * the number among equal facts of one request (E10).
 */
function journalClaim({ topic, eventId, entity, eventTimeUs, record }: SourceEvent): JournalClaim {
  const json = recordJson(topic, record) as { ingest_time?: string; occurrence?: number };
  return {
    eventId,
    key: entity,
    eventTimeUs,
    body: Buffer.from(JSON.stringify(json)),
    content: JSON.stringify({ ...json, ingest_time: undefined, occurrence: undefined }),
  };
}

function asMark(event: SourceEvent): {
  instrumentId: string;
  eventTimeUs: number;
  revision: number;
  priceE18: bigint;
} {
  if (event.topic !== 'market.mark.v1') throw new InvariantError('only marks are deduped as marks');
  const { instrumentId, revision, priceE18 } = event.record;
  return { instrumentId, eventTimeUs: event.eventTimeUs, revision, priceE18 };
}

/** SQLSTATE class 22: the data of some record of the batch cannot be stored (section 5). */
function refusedData(thrown: unknown): boolean {
  return (
    thrown instanceof GroundswellError &&
    thrown.code === 'GW_POSTGRES_REFUSED' &&
    String(thrown.fields['sqlState'] ?? '').startsWith('22')
  );
}
