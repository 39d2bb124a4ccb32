import { unresolvedInstrument, type AliasTable, type FrameOutcome } from '@groundswell/connector';
import { parseE18, type Instant } from '@groundswell/domain';
import type { Trade } from '@groundswell/schemas';
import { attempt } from './fields.ts';

/** What a trade needs to know besides its frame. */
export interface TradeContext {
  readonly aliases: () => AliasTable;
  /** Terms under which the feed is read; `synthetic` for the simulated venue. */
  readonly licence: string;
}

/** How a venue is called in events: data, the same for ever (event ids are made of it). */
export interface VenueName {
  /** `source`, `feed`, `venue` and the alias namespace of its symbols. */
  readonly feed: string;
  /** First part of event ids (sources.md section 3). */
  readonly idPrefix: string;
}

/** A trade as far as its venue's `parse` could read it; null where it could not. */
export interface RawTrade {
  /** The venue's own symbol. */
  readonly symbol: string | null;
  readonly id: number | null;
  readonly aggressor: 'BUY' | 'SELL' | null;
  readonly time: Instant | null;
  /** Decimal texts as they stood in the frame (K13). */
  readonly price: string;
  readonly size: string;
}

/** Closed set: labels of dead letters. */
export type TradeRefusal =
  'bad_product' | 'bad_trade_id' | 'bad_side' | 'bad_time' | 'bad_price' | 'bad_size';

/** What decimal(38, 18) can hold. */
const TOO_LARGE_E18 = 10n ** 38n;

/**
 * The event of a trade, or why there is none. Everything in it but `ingestTimeUs` comes from the venue, so a live trade, its repeat and
 * its repair are the same event (K8).
 */
export function tradeOutcome(
  venue: VenueName,
  raw: RawTrade,
  ingestTimeUs: number,
  context: TradeContext,
): FrameOutcome {
  const { symbol, id, aggressor, time } = raw;
  const refused = (reason: TradeRefusal): FrameOutcome => ({
    kind: 'refused',
    reason,
    stream: symbol,
    id,
  });
  if (symbol === null) return refused('bad_product');
  if (id === null) return refused('bad_trade_id');
  if (aggressor === null) return refused('bad_side');
  if (time === null) return refused('bad_time');
  const priceE18 = positive(raw.price);
  if (priceE18 === null) return refused('bad_price');
  const sizeE18 = positive(raw.size);
  if (sizeE18 === null) return refused('bad_size');

  const { feed } = venue;
  const instrumentId =
    context.aliases().resolve(feed, symbol, time.us) ?? unresolvedInstrument(feed, symbol);
  const record: Trade = {
    eventId: `${venue.idPrefix}:${symbol}:${id}`,
    op: 'CREATE',
    refEventId: null,
    source: feed,
    feed,
    eventTimeUs: time.us,
    ingestTimeUs,
    sequence: id,
    eventTimeNanosRem: time.nanosRem,
    venue: feed,
    assetClass: 'CRYPTO',
    instrumentId,
    nativeSymbol: symbol,
    priceE18,
    sizeE18,
    aggressor,
    sourceTimeUs: null,
    nativeTradeId: String(id),
    conditions: [],
    priceOk: true,
    volOk: true,
    conditionTable: null,
    delayedSeconds: 0,
    licence: context.licence,
  };
  const key = `${instrumentId}@${feed}`;
  return {
    kind: 'event',
    event: { stream: symbol, id, eventTimeUs: time.us, topic: 'market.trade.v1', key, record },
  };
}

/** @returns the id where it is one: a safe integer above 0, as a number or as its digits */
export function tradeId(value: unknown): number | null {
  const id = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : null;
}

function positive(text: string): bigint | null {
  const number = attempt(() => parseE18(text));
  return number !== null && number > 0n && number < TOO_LARGE_E18 ? number : null;
}
