import { parseE18 } from '@groundswell/domain';
import {
  batchBars,
  lateTrades,
  type AcceptedTrade,
  type Bar,
  type LateTrade,
  type MarkArrival,
  type TradeArrival,
  type TradePrint,
} from '@groundswell/oracle';
import type { Trade } from '@groundswell/schemas';
import { tradeEventId, type WorldLedger, type WorldTrade } from '@groundswell/simulator';
import type { TapeRecord } from './log-tape.ts';
import type { Planted } from './pollution.ts';
import { barKey } from './published.ts';

export interface MarketExpectation {
  readonly bars: readonly Bar[];
  /** Keys of windows that accepted trades and lost all of them again: no bar, or one that was taken back. */
  readonly emptied: ReadonlySet<string>;
  readonly late: readonly LateTrade[];
  /** Verdicts per partition of the trade topic, dead ones left out: they are planted and counted apart. */
  readonly counts: ReadonlyMap<number, { applied: number; deduped: number; late: number }>;
  /** Close of the newest minutes: what positions are valued with. */
  readonly marks: readonly MarkArrival[];
  /** Trades that the venue served and the topic does not have (O1). */
  readonly lost: readonly string[];
  /** Records that say something else than the world did. */
  readonly altered: readonly string[];
  /** Newest shown price by entity: what `price` channels end with. */
  readonly prices: ReadonlyMap<string, { readonly price: string; readonly tsUs: number }>;
  /** Records of the topic beyond the first of each event. */
  readonly repeats: number;
}

/** The rule of `market.bar` as features.md states it (W6, W7, V5) and the horizon of the topic (Q5). */
const RULE = {
  sizesMs: [1_000, 60_000, 300_000],
  graceMs: 5_000,
  correctionMs: 60_000,
  futureBoundMs: 5_000,
  horizonMs: 3_600_000,
} as const;

/**
 * What must come out of the trades: contents are those of the world's ledger, only their order and the moment of their ingest are
 * taken from the topic (W3 depends on them).
 *
 * @param records the topic without what was planted as poison, in order of each partition
 */
export function expectMarket(
  records: readonly TapeRecord[],
  decode: (value: Uint8Array | null) => Trade,
  ledger: WorldLedger,
  planted: Planted,
  servedUpTo: ReadonlyMap<string, number>,
): MarketExpectation {
  const world = new Map<string, WorldTrade>();
  const mustArrive = new Set<string>();
  for (const entry of ledger.entries()) {
    if (entry.kind !== 'trade') continue;
    const id = tradeEventId(entry.trade);
    world.set(id, entry.trade);
    const isServed = entry.trade.tradeId <= (servedUpTo.get(entry.trade.product) ?? 0);
    if (isServed && entry.fate !== 'lost' && entry.fate !== 'bad-price') mustArrive.add(id);
  }
  const altered: string[] = [];
  const partitions = new Map<number, TradeArrival[]>();
  const prices = new Map<string, { price: string; tsUs: number }>();
  const seen = new Set<string>();
  let repeats = 0;
  for (const { partition, value } of records) {
    const trade = decode(value);
    const arrival = arrivalOf(trade, world, planted);
    if (arrival === null || !agrees(arrival, trade)) {
      altered.push(trade.eventId);
      continue;
    }
    if (seen.has(trade.eventId)) repeats += 1;
    seen.add(trade.eventId);
    mustArrive.delete(trade.eventId);
    const own = partitions.get(partition) ?? [];
    partitions.set(partition, own);
    own.push(arrival);
    if (arrival.kind === 'trade') showPrice(prices, arrival, world.get(arrival.id)?.price ?? '');
  }

  const accepted: AcceptedTrade[] = [];
  const late: LateTrade[] = [];
  const counts = new Map<number, { applied: number; deduped: number; late: number }>();
  for (const [partition, arrivals] of partitions) {
    // An entity lives in one partition, so partitions can be decided one after the other.
    const verdicts = lateTrades(arrivals, { ...RULE, partitionOf: () => partition });
    accepted.push(...verdicts.accepted);
    late.push(...verdicts.late);
    counts.set(partition, verdicts.counts);
  }
  const bars = batchBars(accepted, RULE.sizesMs);
  return {
    bars,
    emptied: emptiedWindows(accepted, bars),
    late,
    counts,
    marks: bars.filter((bar) => bar.window_size_ms === 60_000).map(markOf),
    lost: [...mustArrive],
    altered,
    prices,
    repeats,
  };
}

function emptiedWindows(
  accepted: readonly AcceptedTrade[],
  bars: readonly Bar[],
): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { event, sizesMs } of accepted) {
    if (event.kind !== 'trade') continue;
    for (const sizeMs of sizesMs)
      keys.add(barKey(event.entity, sizeMs, Math.floor(event.tsUs / 1000 / sizeMs) * sizeMs));
  }
  for (const bar of bars) keys.delete(barKey(bar.entity, bar.window_size_ms, bar.window_start_ms));
  return keys;
}

function arrivalOf(
  trade: Trade,
  world: ReadonlyMap<string, WorldTrade>,
  planted: Planted,
): TradeArrival | null {
  const { eventId } = trade;
  const { ingestTimeUs: ingestUs } = trade;
  const correction = planted.corrections.get(eventId);
  if (correction === undefined) {
    const truth = world.get(eventId);
    return truth === undefined ? null : { ...printOf(truth), ingestUs };
  }
  const ref = correction.refEventId ?? '';
  const target = world.get(ref);
  if (target === undefined) return null;
  const print = printOf(target);
  const base = {
    id: eventId,
    ref,
    entity: print.entity,
    tsUs: print.tsUs,
    seq: print.seq,
    ingestUs,
  };
  if (correction.op === 'CANCEL') return { ...base, kind: 'cancel' };
  const { tsUs, seq, sizeE18, priceOk, volOk } = print;
  const priceE18 = print.priceE18 + print.priceE18 / 100n;
  return { ...base, kind: 'correct', set: { tsUs, seq, priceE18, sizeE18, priceOk, volOk } };
}

function printOf(truth: WorldTrade): TradePrint {
  return {
    kind: 'trade',
    id: tradeEventId(truth),
    entity: `crypto:${truth.product}@coinbase`,
    tsUs: truth.timeUs,
    seq: truth.tradeId,
    priceE18: parseE18(truth.price),
    sizeE18: parseE18(truth.size),
    priceOk: true,
    volOk: true,
  };
}

function agrees(arrival: TradeArrival, trade: Trade): boolean {
  const content =
    arrival.kind === 'trade' ? arrival : arrival.kind === 'correct' ? arrival.set : {};
  return (
    `${trade.instrumentId}@${trade.feed}` === arrival.entity &&
    trade.eventTimeUs === arrival.tsUs &&
    trade.sequence === arrival.seq &&
    (content.priceE18 ?? trade.priceE18) === trade.priceE18 &&
    (content.sizeE18 ?? trade.sizeE18) === trade.sizeE18
  );
}

/** The channel shows the trade with the greatest time, of equal times the last to come; future-dated ones never. */
function showPrice(
  prices: Map<string, { price: string; tsUs: number }>,
  { entity, tsUs, ingestUs = tsUs }: TradePrint,
  price: string,
): void {
  if (tsUs > ingestUs + RULE.futureBoundMs * 1000) return;
  if (tsUs >= (prices.get(entity)?.tsUs ?? 0)) prices.set(entity, { price, tsUs });
}

function markOf(bar: Bar): MarkArrival {
  return {
    instrumentId: bar.entity.slice(0, bar.entity.lastIndexOf('@')),
    tsUs: (bar.window_start_ms + bar.window_size_ms - 1) * 1000,
    priceE18: parseE18(bar.close),
    revision: 1,
  };
}
