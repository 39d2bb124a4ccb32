import { createHash } from 'node:crypto';
import {
  recordMaps,
  topics,
  type DeadLetter,
  type LateEvent,
  type TopicName,
  type TopicRecords,
} from '@groundswell/schemas';
import type { DeadLetterRow, HistoryRow, LateRow, LatestRow } from './store.ts';
import type { Derived } from './topology.ts';

/** Largest original value that a dead letter carries; of a larger one the first bytes and the hash (section 5). */
const DEAD_LETTER_VALUE_BYTES = 1_000_000;

/** What `control.dead-letter.v1` says about a refused record. Its bytes are the only personal data in it. */
export function deadLetterRecord(
  row: DeadLetterRow,
  group: string,
  service: string,
  knownAtUs: number,
): { readonly key: string; readonly record: DeadLetter } {
  const key = `${row.topic}/${row.partition}/${row.offset}`;
  const value = row.value;
  const cut = value !== null && value.length > DEAD_LETTER_VALUE_BYTES;
  return {
    key,
    record: {
      ...envelope(`${group}:${key}`, service, knownAtUs, row.failedAtUs),
      origin: { topic: row.topic, partition: row.partition, offset: Number(row.offset) },
      originSource: null,
      frameSha256: null,
      originalKey: row.key,
      originalValue: cut ? value.subarray(0, DEAD_LETTER_VALUE_BYTES) : value,
      originalSha256: cut ? createHash('sha256').update(value).digest('hex') : null,
      originalSizeBytes: value?.length ?? 0,
      originalHeaders: Object.entries(row.headers).flatMap(([key, values]) =>
        values.map((header) => ({ key, value: header })),
      ),
      originalTimestampUs: row.timestampMs * 1000,
      group,
      stage: row.stage,
      reason: row.reason,
      errorClass: row.errorClass,
      attempt: row.attempt,
      schemaId: schemaIdOf(value),
      codeVersion: row.codeVersion,
      failedAtUs: row.failedAtUs,
    },
  };
}

/** What `control.late-event.v1` says about an event, or one window of it, that was not counted. */
export function lateRecord(
  row: LateRow,
  group: string,
  service: string,
  knownAtUs: number,
): { readonly key: string; readonly record: LateEvent } {
  const eventId = `${group}:${row.topic}/${row.partition}/${row.offset}/${row.windowSizeMs}/${row.windowStartUs}`;
  const windowed = row.windowSizeMs > 0;
  return {
    key: row.eventId,
    record: {
      ...envelope(eventId, service, knownAtUs, knownAtUs),
      group,
      topic: row.topic,
      partition: row.partition,
      offset: Number(row.offset),
      lateEventId: row.eventId,
      entity: row.entity,
      windowSizeMs: windowed ? row.windowSizeMs : null,
      windowStartUs: windowed ? row.windowStartUs : null,
      reason: row.reason,
      latenessMs: row.latenessMs,
    },
  };
}

/** How often a record was sent again; anybody may write the header, so what is no small number counts as none. */
export function attemptOf(header: Uint8Array | null | undefined): number {
  const text = Buffer.from(header ?? []).toString('latin1');
  return /^\d{1,6}$/.test(text) ? Number(text) : 0;
}

/** A record in wire names, decimals as strings. */
export function recordJson(topic: TopicName, record: TopicRecords[TopicName]): object {
  const { toJson } = recordMaps[topics[topic].record];
  return (toJson as (value: TopicRecords[TopicName]) => object)(record);
}

/** Feature records all begin with the fields of V1; history keeps those beside the whole record. */
export function historyRow(topic: TopicName, record: TopicRecords[TopicName]): HistoryRow {
  const feature = record as TopicRecords['feature.symbol.market.v1'];
  return {
    entity: feature.entity,
    featureSet: feature.featureSet,
    windowSizeMs: feature.windowSizeMs,
    windowStartUs: feature.windowStartUs,
    windowEndUs: feature.windowEndUs,
    revision: feature.revision,
    status: feature.status,
    n: feature.n,
    lateCount: feature.lateCount,
    watermarkUs: feature.watermarkUs,
    knownAtUs: feature.knownAtUs,
    cause: feature.cause,
    recordJson: JSON.stringify(recordJson(topic, record)),
  };
}

/** The newest of a value key is kept by the key of its message. */
export function latestRow<N extends TopicName>(
  { topic, key, valueKey, ver }: Pick<Derived<N>, 'topic' | 'key' | 'valueKey' | 'ver'>,
  record: TopicRecords[N],
): LatestRow {
  const recordText = JSON.stringify(recordJson(topic, record));
  return { topic, key, valueKey, eventTimeUs: record.eventTimeUs, ver, recordJson: recordText };
}

function envelope(eventId: string, source: string, ingestTimeUs: number, eventTimeUs: number) {
  return {
    eventId,
    op: 'CREATE',
    refEventId: null,
    source,
    feed: null,
    eventTimeUs,
    ingestTimeUs,
    sequence: null,
    eventTimeNanosRem: null,
  } as const;
}

function schemaIdOf(value: Uint8Array | null): number | null {
  if (value === null || value.length < 5 || value[0] !== 0) return null;
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).readInt32BE(1);
}
