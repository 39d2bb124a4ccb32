import type { SlotKey } from '@groundswell/redis';
import type { SymbolMarket, SymbolSentiment } from '@groundswell/schemas';
import { moodValues } from '@groundswell/testkit';

export const minuteUs = 60_000_000;
export const t0 = Date.UTC(2026, 10, 21, 12) * 1000;

/** A minute bar. Its close names window, revision and lineage, so that a mix-up shows. */
export function aBar(entity: string, window: number, revision: number, lineage = 1): SymbolMarket {
  const price = BigInt(window * 1000 + revision) * 10n ** 18n;
  return {
    ...facts('market.bar', entity, window, revision, lineage),
    feed: 'coinbase',
    counts: { coinbase: revision },
    openE18: price,
    highE18: price,
    lowE18: price,
    closeE18: price,
    volumeE18: 10n ** 17n,
    tradeCount: revision,
    vwapE18: price,
    realisedVolatility: null,
    returnCount: null,
    conditionTable: null,
  };
}

/** A minute of mood; its score names the revision. */
export function aMood(entity: string, window: number, revision: number): SymbolSentiment {
  return {
    ...facts('sentiment.window', entity, window, revision, 1),
    feed: null,
    counts: { 'bluesky-world': revision },
    ...moodValues(revision / 100),
  };
}

function facts(
  featureSet: string,
  entity: string,
  window: number,
  revision: number,
  lineage: number,
) {
  const windowStartUs = t0 + window * minuteUs;
  return {
    eventId: `${featureSet}|${entity}|${window}|${lineage}|${revision}`,
    op: 'CREATE',
    refEventId: null,
    source: 'test',
    eventTimeUs: windowStartUs + minuteUs - 1,
    ingestTimeUs: windowStartUs + minuteUs,
    sequence: null,
    eventTimeNanosRem: null,
    featureSet,
    entity,
    windowSizeMs: 60_000,
    windowStartUs,
    windowEndUs: windowStartUs + minuteUs,
    lineage,
    revision,
    status: 'PROVISIONAL',
    n: revision,
    lateCount: 0,
    watermarkUs: windowStartUs,
    knownAtUs: windowStartUs + revision,
    cause: 'UPDATE',
    positions: [],
    instrumentId: entity.split('@')[0] ?? '',
  } as const;
}

export function slotOf(entity: string): SlotKey {
  return { featureSet: 'market.bar', entity, windowSizeMs: 60_000 };
}

export function moodSlotOf(entity: string): SlotKey {
  return { featureSet: 'sentiment.window', entity, windowSizeMs: 60_000 };
}
