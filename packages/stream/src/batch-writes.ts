import { topics, type TopicName, type TopicRecords } from '@groundswell/schemas';
import { deadLetterRecord, historyRow, lateRecord, latestRow } from './control-records.ts';
import type { Codecs, RecordCodec } from './ports.ts';
import type {
  Advance,
  BatchWrites,
  DeadLetterRow,
  HistoryRow,
  LateRow,
  LatestRow,
  Lease,
  OutboxRow,
} from './store.ts';
import type { Derived, OperatorOutput, Stamp } from './topology.ts';

export interface BatchWritesDeps {
  /** Names the producer of control records. */
  readonly service: string;
  readonly codecs: Codecs;
  readonly nowUs: () => number;
  /** Physical topic -> logical topic of the catalogue. */
  readonly logicalTopic: (physical: string) => TopicName;
  readonly physicalTopic: (logical: TopicName) => string;
}

/** What a transaction found out besides the operator's output. */
export interface BatchFindings {
  readonly advances: readonly Advance[];
  readonly dead: readonly DeadLetterRow[];
  readonly late: readonly LateRow[];
}

/**
 * Everything a transaction writes beside claims: state, outbox, history, latest records, dead letters, late records, positions. Derived records
 * are stamped and encoded here; known_at rises strictly per task (I7a).
 */
export function batchWrites(
  deps: BatchWritesDeps,
  lease: Lease,
  output: OperatorOutput,
  { advances, dead, late }: BatchFindings,
): BatchWrites {
  const { group } = lease.id;
  const knownAtUs = Math.max(deps.nowUs(), lease.lastKnownAtUs + 1);
  const stamp: Stamp = {
    lineage: lease.lineage,
    knownAtUs,
    positions: positionsAfter(lease, advances),
  };
  const outbox: OutboxRow[] = [];
  const history: HistoryRow[] = [];
  const latest: LatestRow[] = [];
  for (const derived of output.derived) {
    const record = derived.build(stamp);
    outbox.push(outboxRow(deps, derived, derived.eventId(stamp), record));
    if (derived.keep === 'history') history.push(historyRow(derived.topic, record));
    else if (derived.keep === 'latest') latest.push(latestRow(derived, record));
  }
  for (const row of dead) {
    if (!copiesDeadLetter(deps, lease, row)) continue;
    const letter = deadLetterRecord(row, group, deps.service, knownAtUs);
    outbox.push(controlRow(deps, 'control.dead-letter.v1', letter));
  }
  for (const row of late) {
    const event = lateRecord(row, group, deps.service, knownAtUs);
    outbox.push(controlRow(deps, 'control.late-event.v1', event));
  }
  const { state } = output;
  return { state, outbox, history, latest, deadLetters: dead, late, advances, knownAtUs };
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
): OutboxRow {
  const codec: Pick<RecordCodec<TopicRecords[TopicName]>, 'encode'> = deps.codecs(topic);
  const payload = codec.encode(record);
  return { topic: deps.physicalTopic(topic), key, eventId, valueKey, ver, payload };
}

function controlRow<N extends 'control.dead-letter.v1' | 'control.late-event.v1'>(
  deps: BatchWritesDeps,
  topic: N,
  { key, record }: { readonly key: string; readonly record: TopicRecords[N] },
): OutboxRow {
  const { eventId } = record;
  return outboxRow(deps, { topic, key, valueKey: eventId, ver: 1 }, eventId, record);
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
