import { GroundswellError, toError } from '@groundswell/domain';
import { topics, type TopicName, type TopicRecords } from '@groundswell/schemas';
import type { FetchedBatch, LogRecord, RecordCodec } from './ports.ts';
import type { SourceEvent, SourceSpec } from './topology.ts';

/** Ingest may be this much after the broker's append time before a clock is called wrong (Q4). */
const CLOCK_SKEW_BOUND_US = 60_000_000;

export interface Candidate<N extends TopicName = TopicName> {
  readonly event: SourceEvent<N>;
  readonly record: LogRecord;
}
export interface DeadRecord {
  readonly record: LogRecord;
  readonly stage: 'DECODE' | 'VALIDATE' | 'APPLY' | 'PERSIST';
  readonly reason: string;
  readonly errorClass: string;
}
export interface LateRecord {
  readonly record: LogRecord;
  readonly eventId: string;
  readonly entity: string;
  readonly reason: 'future_dated' | 'clock_skew' | 'beyond_horizon';
  readonly latenessMs: number;
}

/** A batch after Q1 to Q5: verdicts that need no state but the partition clock. */
export interface Classified<N extends TopicName = TopicName> {
  readonly candidates: readonly Candidate<N>[];
  readonly dead: readonly DeadRecord[];
  readonly late: readonly LateRecord[];
}

/** What classification needs of every value: the envelope of sources.md section 3. */
interface Envelope {
  readonly eventId: string;
  readonly eventTimeUs: number;
  readonly ingestTimeUs: number;
}

/**
 * Decode and judge records by Q2, Q4 and Q5, first match wins. `poison` names offsets whose pure function threw twice alone.
 * @param clockUs partition clock before the batch; candidates move it on the way
 */
export function classify<N extends TopicName>(
  records: readonly LogRecord[],
  spec: SourceSpec<N>,
  codec: RecordCodec<TopicRecords[N]>,
  clockUs: number | null,
  poison: ReadonlyMap<bigint, string>,
): Classified<N> {
  const candidates: Candidate<N>[] = [];
  const dead: DeadRecord[] = [];
  const late: LateRecord[] = [];
  const { futureBoundMs, dedupeHorizonMs } = topics[spec.topic];
  let clock = clockUs ?? Number.NEGATIVE_INFINITY;
  for (const record of records) {
    let value: TopicRecords[N] & Envelope;
    try {
      value = codec.decode(record.value);
    } catch (thrown) {
      dead.push({ record, stage: 'DECODE', ...describe(thrown) });
      continue;
    }
    const handlerError = poison.size === 0 ? undefined : poison.get(record.offset);
    if (handlerError !== undefined) {
      dead.push({ record, stage: 'APPLY', reason: 'handler_error', errorClass: handlerError });
      continue;
    }
    const entity = spec.entityOf(value);
    const refused = spec.validate(value) ?? wrongKey(record.key, entity);
    if (refused !== null) {
      dead.push({ record, stage: 'VALIDATE', reason: refused, errorClass: 'RangeRule' });
      continue;
    }
    const boundUs = (spec.futureBoundMs?.(value) ?? futureBoundMs) * 1000;
    const aheadUs = value.eventTimeUs - value.ingestTimeUs - boundUs;
    const skewUs = value.ingestTimeUs - record.timestampMs * 1000 - CLOCK_SKEW_BOUND_US;
    if (aheadUs > 0 || skewUs > 0) {
      const reason = aheadUs > 0 ? 'future_dated' : 'clock_skew';
      late.push({ record, eventId: value.eventId, entity, reason, latenessMs: 0 });
      continue;
    }
    const tooOld = value.eventTimeUs < clock - dedupeHorizonMs * 1000;
    if (spec.ageLimit && tooOld && spec.ageless?.(value) !== true) {
      const latenessMs = Math.ceil((clock - dedupeHorizonMs * 1000 - value.eventTimeUs) / 1000);
      late.push({ record, eventId: value.eventId, entity, reason: 'beyond_horizon', latenessMs });
      continue;
    }
    if (value.eventTimeUs > clock) clock = value.eventTimeUs;
    const event = {
      topic: spec.topic,
      eventId: value.eventId,
      entity,
      eventTimeUs: value.eventTimeUs,
      record: value,
    } as SourceEvent<N>;
    candidates.push({ event, record });
  }
  return { candidates, dead, late };
}

/** A record under another key would put one entity's state into two tasks. */
function wrongKey(key: Uint8Array | null, entity: string): string | null {
  if (key === null) return 'null_key';
  if (key.length === entity.length && isAscii(key, entity)) return null;
  const text = Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('utf8');
  return text === entity ? null : 'wrong_key';
}

/** Are the bytes this text, one ASCII character each? The answer for nearly every key, without making a string of it. */
function isAscii(key: Uint8Array, text: string): boolean {
  for (let index = 0; index < key.length; index += 1) {
    const byte = key[index] ?? 0;
    if (byte >= 0x80 || byte !== text.charCodeAt(index)) return false;
  }
  return true;
}

/** Decoding fails because of the record, or not at all: everything else is thrown on (ER3). */
function describe(thrown: unknown): { reason: string; errorClass: string } {
  if (!(thrown instanceof GroundswellError) || thrown.retriable) throw toError(thrown);
  const { reason } = thrown.fields;
  return { reason: typeof reason === 'string' ? reason : 'undecodable', errorClass: thrown.name };
}

/** Records of a batch that are not yet decided (I5), cut at `maxRecords`, with where the cut ends. */
export function sliceBatch(
  batch: FetchedBatch,
  nextOffset: bigint,
  maxRecords: number,
): {
  readonly records: readonly LogRecord[];
  readonly endOffset: bigint;
  readonly markers: number;
} {
  const open =
    batch.fetchedOffset === nextOffset
      ? batch.records
      : batch.records.filter((record) => record.offset >= nextOffset);
  const cut = open.length > maxRecords;
  const records = cut ? open.slice(0, maxRecords) : open;
  const next = cut ? open[maxRecords] : undefined;
  const endOffset = next === undefined ? batch.endOffset : next.offset;
  // Offsets without a deliverable record: transaction markers, aborted or compacted records (Q1).
  return { records, endOffset, markers: Number(endOffset - nextOffset) - records.length };
}
