import {
  recordMaps,
  type InvestorBehaviour,
  type Mention,
  type MoodSeries,
  type SymbolMarket,
  type SymbolSentiment,
  type SourceStatus,
} from '@groundswell/schemas';
import type { SlotWrite } from '@groundswell/redis';
import { moodValues } from '@groundswell/testkit';

export const minuteUs = 60_000_000;
export const t0 = Date.UTC(2026, 10, 21, 12) * 1000;
/** The tests' present: ten minutes and two seconds after t0. */
export const nowMs = t0 / 1000 + 602_000;
export const btc = 'crypto:BTC-USD@coinbase';

/** A published value: what Postgres indexes it by, and its JSON. */
export interface Rec {
  readonly key: SymbolMarket | SymbolSentiment | InvestorBehaviour;
  readonly json: unknown;
}

const e18 = (units: number): bigint => BigInt(units) * 10n ** 18n;

export function bar(
  window: number,
  revision: number,
  knownSecond: number,
  more: Partial<SymbolMarket> = {},
): Rec {
  const windowStartUs = t0 + window * minuteUs;
  const key: SymbolMarket = {
    ...envelope('market.bar', btc, revision, knownSecond),
    feed: 'coinbase',
    windowSizeMs: 60_000,
    windowStartUs,
    windowEndUs: windowStartUs + minuteUs,
    instrumentId: 'crypto:BTC-USD',
    openE18: e18(100),
    highE18: e18(110),
    lowE18: e18(90),
    closeE18: e18(100 + revision),
    volumeE18: 5n * 10n ** 17n,
    tradeCount: revision,
    vwapE18: e18(100),
    realisedVolatility: null,
    returnCount: null,
    conditionTable: null,
    ...more,
  };
  return { key, json: recordMaps.SymbolMarket.toJson(key) };
}

export const btcMood = 'crypto:BTC-USD';

/** Mood of a minute: `n` mentions that weigh `weightSum` and mean `sentiment`. */
export function mood(
  entity: string,
  window: number,
  revision: number,
  knownSecond: number,
  more: {
    readonly n?: number;
    readonly sentiment?: number | null;
    readonly weightSum?: number;
    readonly lateCount?: number;
    readonly nearDuplicateShare?: number | null;
    readonly skippedCount?: number;
  } = {},
): Rec {
  const { n = revision, sentiment = 0.5, weightSum = 3, ...others } = more;
  const windowStartUs = t0 + window * minuteUs;
  const series: MoodSeries = {
    sentiment,
    weightSum,
    nEff: 2.5,
    dispersion: 0.25,
    positive: 2,
    neutral: 1,
    negative: 0,
    bullishnessRatio: 1,
    bullishness: Math.log(3),
    agreement: 1,
    disagreement: 0,
    bullShare: 1,
    bullShareLow: 0.3,
    bullShareHigh: 1,
  };
  const key: SymbolSentiment = {
    ...envelope('sentiment.window', entity, revision, knownSecond),
    n,
    counts: { 'bluesky-world': n },
    positions: [{ topic: 'social.mention.v1', partition: 2, nextOffset: 77 }],
    windowSizeMs: 60_000,
    windowStartUs,
    windowEndUs: windowStartUs + minuteUs,
    instrumentId: entity,
    ...moodValues(0),
    raw: { ...series, sentiment: 0.9 },
    weighted: series,
    rawMinusWeighted: 0.4,
    uniqueAuthorRatio: 0.5,
    effectiveAuthors: 1.5,
    topAuthorShare: 0.75,
    nearDuplicateShare: 0.25,
    ...others,
  };
  return { key, json: recordMaps.SymbolSentiment.toJson(key) };
}

/** A scored mention of an instrument, `second` after t0. */
export function mention(post: string, second: number, more: Partial<Mention> = {}): Mention {
  const text = 'TIDE guidance raised twice';
  return {
    ...eventFacts(`bluesky-world:${post}|${btcMood}`, second),
    source: 'bluesky-world',
    instrumentId: btcMood,
    postId: `bluesky-world:${post}`,
    postRevision: '1',
    sourceClass: 'SOCIAL',
    authorKey: `v1:author-of-${post}`,
    authorFollowers: null,
    authorSinceUs: null,
    contentHash: `hash of ${post}`,
    simhash: '',
    label: 'POSITIVE',
    score: 0.5,
    pNeg: 0,
    pNeu: 0.5,
    pPos: 0.5,
    confidence: 0.5,
    calibrated: false,
    modelId: 'vader-finance',
    modelVersion: '1.0.0',
    skipped: null,
    symbolCount: 1,
    isPrimary: true,
    stuffed: false,
    resolutionConfidence: 1,
    symbolsAsOf: '2025-08-24',
    targetStart: 0,
    targetEnd: 4,
    text,
    words: [{ start: 14, end: 20, contribution: 1.9 }],
    ...more,
  };
}

export function behaviour(investorKey: string, revision: number, knownSecond: number): Rec {
  const eventUs = t0 + revision * minuteUs;
  const key: InvestorBehaviour = {
    ...envelope('investor.behaviour', investorKey, revision, knownSecond),
    counts: { 'world-broker': revision },
    windowSizeMs: 0,
    windowStartUs: eventUs,
    windowEndUs: eventUs,
    investorKey,
    currency: 'USD',
    realisedPnlE18: e18(revision),
    unrealisedPnlE18: 0n,
    cashE18: e18(1000),
    feesE18: 0n,
    incomeE18: 0n,
    netDepositsE18: e18(1000),
    tradedValueE18: 0n,
    marketValueE18: 0n,
    equityE18: e18(1000),
    conservationDifferenceE18: 0n,
    holdings: [],
    realisedByInstrument: [],
    unpriced: [],
    quarantined: [],
    unmatched: [],
    rejectedCount: 0,
    unsupportedCount: 0,
    orphanCount: 0,
    conflictCount: 0,
    winners: 0,
    losers: 0,
    winnerDays: null,
    loserDays: null,
    holdingTimeRatio: null,
    holdingTimeRatioWeighted: null,
    holdingCount: 0,
    hhi: null,
    effectiveN: null,
    hhiNormalised: null,
    maxWeight: null,
    top3Weight: null,
    throughDay: null,
    disposition: [],
    turnover: [],
    turnoverMonth: null,
    turnoverGrossBook: null,
    openLosers: 0,
    openLoserDays: null,
  };
  return { key, json: recordMaps.InvestorBehaviour.toJson(key) };
}

export function slotWrite({ key, json }: Rec): SlotWrite {
  const { featureSet, entity, windowSizeMs, windowStartUs, lineage, revision } = key;
  return {
    target: { slot: { featureSet, entity, windowSizeMs } },
    version: { lineage, windowStartUs: windowSizeMs === 0 ? 0 : windowStartUs, ver: revision },
    record: json,
  };
}

export function statusWrite(source: string, state: SourceStatus['state'], second = 600): SlotWrite {
  const status: SourceStatus = {
    ...eventFacts(`${source}|${second}`, second),
    source,
    stream: 'BTC-USD',
    state,
    sinceUs: t0,
    lastEventTimeUs: t0 + second * 1_000_000,
    lagMs: 20,
    openGaps: 0,
    delivery: 'EXACT',
    reconnects: 2,
    detail: null,
  };
  return {
    target: { source: `${source}/BTC-USD` },
    version: { lineage: 0, windowStartUs: status.eventTimeUs, ver: 1 },
    record: recordMaps.SourceStatus.toJson(status),
  };
}

function eventFacts(eventId: string, second: number) {
  return {
    eventId,
    op: 'CREATE',
    refEventId: null,
    source: 'test',
    feed: null as string | null,
    eventTimeUs: t0 + second * 1_000_000,
    ingestTimeUs: t0 + second * 1_000_000,
    sequence: null,
    eventTimeNanosRem: null,
  } as const;
}

function envelope(featureSet: string, entity: string, revision: number, knownSecond: number) {
  const knownAtUs = t0 + knownSecond * 1_000_000;
  return {
    ...eventFacts(`${featureSet}|${entity}|${revision}`, knownSecond),
    featureSet,
    entity,
    lineage: 1,
    revision,
    status: 'PROVISIONAL',
    n: revision,
    lateCount: 0,
    watermarkUs: knownAtUs,
    knownAtUs,
    cause: 'UPDATE',
    counts: { coinbase: revision } as Readonly<Record<string, number>>,
    positions: [],
  } as const;
}
