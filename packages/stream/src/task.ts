import { InvariantError, type SpanSink } from '@groundswell/domain';
import type { TopicName } from '@groundswell/schemas';
import { BatchSpans } from './batch-spans.ts';
import { batchWrites, type BatchWritesDeps } from './batch-writes.ts';
import { claim } from './claims.ts';
import { classify, sliceBatch, type Candidate, type Classified } from './classify.ts';
import { clocksOf } from './clocks.ts';
import type { Codecs, FetchedBatch } from './ports.ts';
import {
  deadLetterRow,
  latePairFinding,
  lateRecordFinding,
  splitAtFloor,
  type LateFinding,
} from './refusals.ts';
import type { Advance, Counts, Lease, Position, TaskStore } from './store.ts';
import { PoisonSuspectError, Suspects } from './suspects.ts';
import type { Operator, Progress, SourceSpec, Topology } from './topology.ts';

export interface TaskDeps {
  readonly topology: Topology;
  readonly store: TaskStore;
  readonly codecs: Codecs;
  readonly nowUs: () => number;
  readonly codeVersion: string;
  /** Physical topic -> logical topic of the catalogue. */
  readonly logicalTopic: (physical: string) => TopicName;
  readonly physicalTopic: (logical: TopicName) => string;
  /** Where spans of derived records go; null = nowhere, and nothing is done for them. */
  readonly spans?: SpanSink | null;
}

export interface BatchOutcome {
  readonly endOffset: bigint;
  readonly counts: Counts;
  readonly outboxRows: number;
}

/** One transaction's worth of a batch, decoded and judged. */
interface Work {
  readonly spec: SourceSpec<TopicName>;
  readonly position: Position;
  readonly endOffset: bigint;
  readonly markers: number;
  readonly classified: Classified;
  readonly spans: BatchSpans | null;
}

/** What the operator made of the new events of a batch. */
interface Application {
  readonly applied: readonly Candidate[];
  readonly late: readonly LateFinding[];
  /** Partition clock afterwards. */
  readonly clockUs: number | null;
}

/**
 * One task under one lease: a serial queue that turns batches into transactions. After any error it is dead: its memory is void and the
 * host makes a new one from a new acquisition (I3, X3).
 */
export class Task {
  readonly lease: Lease;
  private readonly deps: TaskDeps;
  private readonly writes: BatchWritesDeps;
  private readonly suspects = new Suspects();
  private operator: Operator;

  constructor(lease: Lease, deps: TaskDeps) {
    this.lease = lease;
    this.deps = deps;
    this.writes = { ...deps, service: deps.topology.service, spans: null };
    this.operator = deps.topology.createOperator();
  }

  position(topic: string, partition: number): Position | undefined {
    return this.lease.positions.find((p) => p.topic === topic && p.partition === partition);
  }

  /** The next transaction's worth of a batch. The caller has checked that the batch covers the position (I5). */
  async process(batch: FetchedBatch): Promise<BatchOutcome> {
    const { topic, partition } = batch;
    const position = this.position(topic, partition);
    if (!position) throw new InvariantError('not a source of this task', { topic, partition });
    const spec = this.specOf(topic);
    const spans = this.openSpans(topic);
    const maxRecords = this.suspects.alone ? 1 : spec.maxRecords;
    const slice = sliceBatch(batch, position.nextOffset, maxRecords);
    const { records, endOffset, markers } = slice;
    const codec = this.deps.codecs(spec.topic);
    await codec.prepare(records.map((record) => record.value));
    const poison = this.suspects.convicted();
    const classified = classify(records, spec, codec, position.clockUs, poison);
    try {
      const outcome = await this.commit({ spec, position, endOffset, markers, classified, spans });
      spans?.committed(this.deps.nowUs());
      this.suspects.clear();
      return outcome;
    } catch (thrown) {
      const offsets = records.map((record) => record.offset);
      if (!this.suspects.blame(thrown, offsets)) throw thrown;
      this.operator = this.deps.topology.createOperator();
      return this.process(batch);
    }
  }

  /** Announce what an idle partition makes final: a transaction with :end = :start (I7a). */
  async idle(): Promise<number> {
    if (!this.hasPending()) return 0;
    const spans = this.openSpans(null);
    const outboxRows = await this.deps.store.transact(this.lease, async (tx) => {
      await this.operator.advance({ ...this.clocks(null), idle: true }, tx);
      const nothing = { advances: [], applied: [], dead: [], late: [] };
      const output = this.operator.take();
      const writes = batchWrites({ ...this.writes, spans }, this.lease, output, nothing);
      if (writes.state.length === 0 && writes.outbox.length === 0) return 0;
      await tx.write(writes);
      return writes.outbox.length;
    });
    spans?.committed(this.deps.nowUs());
    return outboxRows;
  }

  hasPending(): boolean {
    return this.operator.hasPending(this.clocks(null).wallClockMs);
  }

  private async commit(work: Work): Promise<BatchOutcome> {
    const { spec, position, endOffset, markers, classified, spans } = work;
    return this.deps.store.transact(this.lease, async (tx) => {
      const { open, below } = splitAtFloor(
        classified.candidates,
        spec.ageLimit ? tx.floorUs : Number.NEGATIVE_INFINITY,
        spec.ageless,
      );
      const refused = [...classified.late, ...below];
      const { fresh, conflicts } = await claim(spec, open, tx);
      await this.operator.prepare(fresh.map(eventOf), tx, conflicts.map(eventOf));
      for (const { event } of conflicts) this.operator.conflict?.(event);
      const { applied, late, clockUs } = this.applyAll(fresh, position);
      const counts: Counts = {
        applied: applied.length,
        deduped: open.length - fresh.length,
        late: refused.length + fresh.length - applied.length,
        dead: classified.dead.length,
        erased: 0,
        marker: markers,
      };
      const { topic, partition } = position;
      const advance: Advance = { topic, partition, endOffset, clockUs, counts };
      await this.operator.advance({ ...this.clocks(advance), idle: false }, tx);
      const failure = { failedAtUs: this.deps.nowUs(), codeVersion: this.deps.codeVersion };
      const output = this.operator.take();
      const writes = batchWrites({ ...this.writes, spans }, this.lease, output, {
        advances: [advance],
        applied,
        dead: classified.dead.map((one) => deadLetterRow(position, one, failure)),
        late: [...refused.map((one) => lateRecordFinding(position, one)), ...late],
      });
      await tx.write(writes);
      return { endOffset, counts, outboxRows: writes.outbox.length };
    });
  }

  /** Late pairs of an event that another window took are stored, but the event counts as applied (Q7). */
  private applyAll(fresh: readonly Candidate[], position: Position): Application {
    const applied: Candidate[] = [];
    const late: LateFinding[] = [];
    let { clockUs } = position;
    for (const candidate of fresh) {
      const { verdict, latePairs } = this.apply(candidate);
      for (const pair of latePairs) late.push(latePairFinding(position, candidate, pair));
      if (verdict !== 'applied') continue;
      applied.push(candidate);
      const { eventTimeUs } = candidate.event;
      if (clockUs === null || eventTimeUs > clockUs) clockUs = eventTimeUs;
    }
    return { applied, late, clockUs };
  }

  private apply({ event, record }: Candidate): ReturnType<Operator['apply']> {
    try {
      return this.operator.apply(event);
    } catch (thrown) {
      throw new PoisonSuspectError(record.offset, thrown);
    }
  }

  private specOf(physical: string): SourceSpec<TopicName> {
    // The catalogue ties record types to topics; within one source they agree.
    const sources: Readonly<Record<string, unknown>> = this.deps.topology.sources;
    return sources[this.deps.logicalTopic(physical)] as SourceSpec<TopicName>;
  }

  private openSpans(topic: string | null): BatchSpans | null {
    const { spans, nowUs } = this.deps;
    if (spans === undefined || spans === null) return null;
    return new BatchSpans(spans, { group: this.lease.id.group, topic, startUs: nowUs() });
  }

  private clocks(advance: Advance | null): Omit<Progress, 'idle'> {
    const { logicalTopic, nowUs } = this.deps;
    return clocksOf(this.lease.positions, advance, logicalTopic, nowUs());
  }
}

function eventOf({ event }: Candidate): Candidate['event'] {
  return event;
}
