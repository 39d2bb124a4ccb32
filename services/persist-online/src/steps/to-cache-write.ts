import {
  recordMaps,
  type Gap,
  type InvestorBehaviour,
  type SourceStatus,
  type SymbolMarket,
  type SymbolSentiment,
} from '@groundswell/schemas';
import type { CacheWrite, HistoryValue } from '../ports.ts';

/** Where a value goes and what orders it there. `offset` orders records of one source that carry the same time. */
export type ToCacheWrite<T> = (record: T, offset: bigint) => CacheWrite;

export const marketWrite: ToCacheWrite<SymbolMarket> = (record) =>
  featureWrite(record, recordMaps.SymbolMarket.toJson(record));

export const sentimentWrite: ToCacheWrite<SymbolSentiment> = (record) =>
  featureWrite(record, recordMaps.SymbolSentiment.toJson(record));

export const behaviourWrite: ToCacheWrite<InvestorBehaviour> = (record) =>
  featureWrite(record, recordMaps.InvestorBehaviour.toJson(record));

/** A latest value read back from history, for a rebuild. */
export function historyWrite(value: HistoryValue): CacheWrite {
  return featureWrite(value, value.record);
}

type FeatureKey = Pick<
  SymbolMarket,
  'featureSet' | 'entity' | 'windowSizeMs' | 'windowStartUs' | 'lineage' | 'revision'
>;

function featureWrite(key: FeatureKey, record: unknown): CacheWrite {
  const { featureSet, entity, windowSizeMs, windowStartUs, lineage, revision } = key;
  return {
    target: { slot: { featureSet, entity, windowSizeMs } },
    // The window start of a value without a window is the newest event: it may go back, so it orders nothing (V4a).
    version: { lineage, windowStartUs: windowSizeMs === 0 ? 0 : windowStartUs, ver: revision },
    record,
  };
}

export const sourceStatusWrite: ToCacheWrite<SourceStatus> = (record, offset) => ({
  target: { source: `${record.source}/${record.stream}` },
  version: { lineage: 0, windowStartUs: record.eventTimeUs, ver: Number(offset) },
  record: recordMaps.SourceStatus.toJson(record),
});

/** The end of a gap has the same range as its beginning; a gap without ids is known by the event that opened it. */
export const gapWrite: ToCacheWrite<Gap> = (record, offset) => {
  const { source, stream, fromId, toId } = record;
  const id =
    fromId !== null && toId !== null ? `${fromId}-${toId}` : (record.refEventId ?? record.eventId);
  return {
    target: { gap: `${source}/${stream}/${id}` },
    version: { lineage: 0, windowStartUs: record.eventTimeUs, ver: Number(offset) },
    record: recordMaps.Gap.toJson(record),
  };
};
