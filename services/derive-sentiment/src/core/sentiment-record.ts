import type { MoodEmission } from '@groundswell/mood';
import type { Cause, SymbolSentiment, ValueStatus } from '@groundswell/schemas';
import type { Derived, Stamp } from '@groundswell/stream';

const FEATURE_SET = 'sentiment.window';
const statuses = {
  provisional: 'PROVISIONAL',
  final: 'FINAL',
  revised: 'REVISED',
} as const satisfies Record<string, ValueStatus>;
const causes = {
  update: 'UPDATE',
  late: 'LATE',
  correct: 'CORRECT',
  cancel: 'CANCEL',
} as const satisfies Record<string, Cause>;

/** The published form of one revision of a window (V1). */
export function sentimentRecord(
  instrumentId: string,
  emission: MoodEmission,
): Derived<'feature.symbol.sentiment.v1'> {
  const { windowSizeMs, windowStartMs, windowEndMs, revision, values } = emission;
  const valueKey = `${FEATURE_SET}|${instrumentId}|${windowSizeMs}|${windowStartMs}`;
  const eventId = ({ lineage }: Stamp): string => `${valueKey}|${lineage}|${revision}`;
  return {
    topic: 'feature.symbol.sentiment.v1',
    key: instrumentId,
    valueKey,
    ver: revision,
    eventId,
    keep: 'history',
    build: (stamp): SymbolSentiment => ({
      eventId: eventId(stamp),
      op: 'CREATE',
      refEventId: null,
      source: 'derive-sentiment',
      feed: null,
      eventTimeUs: (windowEndMs - 1) * 1000,
      ingestTimeUs: stamp.knownAtUs,
      sequence: null,
      eventTimeNanosRem: null,
      featureSet: FEATURE_SET,
      entity: instrumentId,
      windowSizeMs,
      windowStartUs: windowStartMs * 1000,
      windowEndUs: windowEndMs * 1000,
      lineage: stamp.lineage,
      revision,
      status: statuses[emission.status],
      lateCount: emission.lateCount,
      watermarkUs: emission.watermarkMs * 1000,
      knownAtUs: stamp.knownAtUs,
      cause: causes[emission.cause],
      positions: stamp.positions,
      instrumentId,
      ...values,
    }),
  };
}
