import { createHash } from 'node:crypto';
import type { DeadLetter, Gap, SourceState, SourceStatus } from '@groundswell/schemas';
import type { DeclaredGap } from './stream-tracker.ts';

/** Whose words these are. */
export interface Origin {
  readonly source: string;
  readonly feed: string | null;
  /** Service that speaks, e.g. `connect-market`. */
  readonly service: string;
  readonly codeVersion: string;
}

/** Original bytes kept of one frame at most (processing.md section 5). */
const MAX_ORIGINAL_BYTES = 1_000_000;

/** Key of status and gap records. */
export function sourceStreamKey(source: string, stream: string): string {
  return `${source}/${stream}`;
}

/** A frame that is no message, or an unusable one; the same text from the same source is the same dead letter. */
export function deadFrame(
  origin: Origin,
  text: string,
  reason: string,
  nowUs: number,
): { readonly key: string; readonly record: DeadLetter } {
  const bytes = Buffer.from(text, 'utf8');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const key = `${origin.source}/${sha256}`;
  const cut = bytes.length > MAX_ORIGINAL_BYTES;
  const record: DeadLetter = {
    ...envelope(`${origin.service}:${key}`, origin.service, null, nowUs, nowUs),
    origin: null,
    originSource: origin.source,
    frameSha256: sha256,
    originalKey: null,
    originalValue: cut ? bytes.subarray(0, MAX_ORIGINAL_BYTES) : bytes,
    originalSha256: cut ? sha256 : null,
    originalSizeBytes: bytes.length,
    originalHeaders: [],
    originalTimestampUs: nowUs,
    group: origin.service,
    stage: 'CONNECT',
    reason,
    errorClass: 'RefusedFrame',
    attempt: 0,
    schemaId: null,
    codeVersion: origin.codeVersion,
    failedAtUs: nowUs,
  };
  return { key, record };
}

export type GapReason = 'not_at_source' | 'source_unavailable' | 'beyond_repair_bound';

/** A hole that stays open (K7), or with `closed` the end of one. */
export function gapRecord(
  origin: Origin,
  stream: string,
  gap: DeclaredGap,
  facts: {
    readonly reason: GapReason | 'filled';
    readonly afterUs: number | null;
    readonly beforeUs: number | null;
  },
  nowUs: number,
): Gap {
  const { fromId, toId } = gap;
  const eventId = `gap:${origin.source}:${stream}:${fromId}-${toId}`;
  const closed = facts.reason === 'filled';
  const time = facts.beforeUs ?? facts.afterUs ?? nowUs;
  return {
    ...envelope(closed ? `${eventId}:closed` : eventId, origin.source, origin.feed, time, nowUs),
    op: closed ? 'CORRECT' : 'CREATE',
    refEventId: closed ? eventId : null,
    stream,
    fromId,
    toId,
    missing: toId - fromId + 1,
    fromTimeUs: facts.afterUs,
    toTimeUs: facts.beforeUs,
    reason: facts.reason,
    closed,
  };
}

export function statusRecord(
  origin: Origin,
  stream: string,
  facts: {
    readonly state: SourceState;
    readonly detail: string | null;
    readonly sinceUs: number;
    readonly lastEventTimeUs: number | null;
    readonly lagMs: number | null;
    readonly openGaps: number;
    readonly delivery: SourceStatus['delivery'];
    /** Connections that ended since the start. @default null: not counted */
    readonly reconnects?: number | null;
  },
  nowUs: number,
): SourceStatus {
  const eventId = `status:${origin.source}:${stream}:${nowUs}`;
  return {
    ...envelope(eventId, origin.source, origin.feed, nowUs, nowUs),
    stream,
    reconnects: null,
    ...facts,
  };
}

function envelope(
  eventId: string,
  source: string,
  feed: string | null,
  eventTimeUs: number,
  ingestTimeUs: number,
) {
  return {
    eventId,
    op: 'CREATE' as const,
    refEventId: null,
    source,
    feed,
    eventTimeUs,
    ingestTimeUs,
    sequence: null,
    eventTimeNanosRem: null,
  };
}
