import type { BarEmission } from '@groundswell/market';
import type { Cause, SymbolMarket, ValueStatus } from '@groundswell/schemas';
import type { Derived, Stamp } from '@groundswell/stream';

const FEATURE_SET = 'market.bar';
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

/** The published form of one bar revision (V1). */
export function barRecord(
  entity: string,
  instrumentId: string,
  feed: string,
  emission: BarEmission,
): Derived<'feature.symbol.market.v1'> {
  const { windowSizeMs, windowStartMs, windowEndMs, revision, values } = emission;
  const valueKey = `${FEATURE_SET}|${entity}|${windowSizeMs}|${windowStartMs}`;
  const eventId = ({ lineage }: Stamp): string => `${valueKey}|${lineage}|${revision}`;
  return {
    topic: 'feature.symbol.market.v1',
    key: entity,
    valueKey,
    ver: revision,
    eventId,
    keep: 'history',
    build: (stamp): SymbolMarket => ({
      eventId: eventId(stamp),
      op: 'CREATE',
      refEventId: null,
      source: 'derive-market',
      feed,
      eventTimeUs: (windowEndMs - 1) * 1000,
      ingestTimeUs: stamp.knownAtUs,
      sequence: null,
      eventTimeNanosRem: null,
      featureSet: FEATURE_SET,
      entity,
      windowSizeMs,
      windowStartUs: windowStartMs * 1000,
      windowEndUs: windowEndMs * 1000,
      lineage: stamp.lineage,
      revision,
      status: statuses[emission.status],
      n: emission.n,
      lateCount: emission.lateCount,
      watermarkUs: emission.watermarkMs * 1000,
      knownAtUs: stamp.knownAtUs,
      cause: causes[emission.cause],
      counts: { [feed]: emission.n },
      positions: stamp.positions,
      instrumentId,
      openE18: values.openE18,
      highE18: values.highE18,
      lowE18: values.lowE18,
      closeE18: values.closeE18,
      volumeE18: values.volumeE18,
      tradeCount: values.count,
      vwapE18: values.vwapE18,
      realisedVolatility: values.realisedVolatility,
      returnCount: values.returnCount,
      conditionTable: null,
    }),
  };
}
