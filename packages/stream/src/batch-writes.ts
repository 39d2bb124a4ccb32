import type { TraceContext } from '@groundswell/domain';
import { topics, type TopicName, type TopicRecords } from '@groundswell/schemas';
import type { BatchSpans } from './batch-spans.ts';
import type { Candidate } from './classify.ts';
import { deadLetterRecord, historyRow, lateRecord, latestRow } from './control-records.ts';
import type { Codecs, RecordCodec } from './ports.ts';
import type { LateFinding } from './refusals.ts';
import type {
  Advance,
  BatchWrites,
  DeadLetterRow,
  HistoryRow,
  LatestRow,
  Lease,
  OutboxRow,
} from './store.ts';
import type { Derived, OperatorOutput, Stamp } from './topology.ts';
import { traceOf, traceparentOf, tracesOf } from './trace.ts';

export interface BatchWritesDeps {
  /** Names the producer of control records. */
  readonly service: string;
  readonly codecs: Codecs;
  readonly nowUs: () => number;
  /** Physical topic -> logical topic of the catalogue. */
  readonly logicalTopic: (physical: string) => TopicName;
  readonly physicalTopic: (logical: TopicName) => string;
  /** Of this transaction; null = nobody wants spans. */
  readonly spans?: BatchSpans | null;
}

/** What a transaction found out besides the operator's output. */
export interface BatchFindings {
  readonly advances: readonly Advance[];
  /** In the order of the log. */
  readonly applied: readonly Candidate[];
  readonly dead: readonly DeadLetterRow[];
  readonly late: readonly LateFinding[];
}

/**
 * Everything a transaction writes beside claims: state, outbox, history, latest records, dead letters, late records, positions. Derived records
 * are stamped and encoded here; known_at rises strictly per task (I7a).
 */
export function batchWrites(
  deps: BatchWritesDeps,
  lease: Lease,
  output: OperatorOutput,
  { advances, applied, dead, late }: BatchFindings,
): BatchWrites {
  const { group } = lease.id;
  const knownAtUs = Math.max(deps.nowUs(), lease.lastKnownAtUs + 1);
  const stamp: Stamp = {
    lineage: lease.lineage,
    knownAtUs,
    positions: positionsAfter(lease, advances),
  };
  const traces = tracesOf(applied);
  const outbox: OutboxRow[] = [];
  const history: HistoryRow[] = [];
  const latest: LatestRow[] = [];
  for (const derived of output.derived) {
    const record = derived.build(stamp);
    const trace = traces(derived.inputEntity ?? derived.key);
    outbox.push(outboxRow(deps, derived, derived.eventId(stamp), record, trace));
    if (derived.keep === 'history') history.push(historyRow(derived.topic, record));
    else if (derived.keep === 'latest') latest.push(latestRow(derived, record));
  }
  for (const row of dead) {
    if (!copiesDeadLetter(deps, lease, row)) continue;
    const letter = deadLetterRecord(row, group, deps.service, knownAtUs);
    outbox.push(controlRow(deps, 'control.dead-letter.v1', letter, traceOf(row)));
  }
  for (const { row, record } of late) {
    const event = lateRecord(row, group, deps.service, knownAtUs);
    outbox.push(controlRow(deps, 'control.late-event.v1', event, traceOf(record)));
  }
  const { state } = output;
  const rows = { outbox, history, latest, deadLetters: dead, late: late.map(({ row }) => row) };
  return { state, ...rows, advances, knownAtUs };
}

function positionsAfter(lease: Lease, advances: readonly Advance[]): Stamp['positions'] {
  return lease.positions.map(({ topic, partition, nextOffset }) => {
    const advance = advances.find((one) => one.topic === topic && one.partition === partition);
    return { topic, partition, nextOffset: Number(advance?.endOffset ?? nextOffset) };
  });
}

function outboxRow(
  deps: BatchWritesDeps,
  { topic, key, valueKey, ver }: Pick<Derived, 'topic' | 'key' | 'valueKey' | 'ver'>,
  eventId: string,
  record: TopicRecords[TopicName],
  trace: TraceContext | null,
): OutboxRow {
  const codec: Pick<RecordCodec<TopicRecords[TopicName]>, 'encode'> = deps.codecs(topic);
  const payload = codec.encode(record);
  const traceparent = traceparentOf(eventId, trace);
  const physical = deps.physicalTopic(topic);
  deps.spans?.made(physical, record, traceparent, trace);
  return { topic: physical, key, eventId, valueKey, ver, payload, traceparent };
}

function controlRow<N extends 'control.dead-letter.v1' | 'control.late-event.v1'>(
  deps: BatchWritesDeps,
  topic: N,
  { key, record }: { readonly key: string; readonly record: TopicRecords[N] },
  trace: TraceContext | null,
): OutboxRow {
  const { eventId } = record;
  return outboxRow(deps, { topic, key, valueKey: eventId, ver: 1 }, eventId, record, trace);
}

/** A bad record of a broadcast topic is dead in every task, but copied to the topic by one of them (section 5). */
function copiesDeadLetter(
  { logicalTopic }: BatchWritesDeps,
  { id, positions }: Lease,
  { topic, partition }: DeadLetterRow,
): boolean {
  if (topics[logicalTopic(topic)].read === 'keyed') return true;
  const taskCount = Math.max(1, positions.filter((position) => position.topic === topic).length);
  return partition % taskCount === id.task;
}
