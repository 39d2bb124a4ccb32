import { unresolvedInstrument, type AliasTable, type FrameOutcome } from '@groundswell/connector';
import { parseE18, parseIsoUs } from '@groundswell/domain';
import type { Trade } from '@groundswell/schemas';

/** What a trade needs to know besides its frame. */
export interface CoinbaseContext {
  readonly aliases: () => AliasTable;
  /** Terms under which the feed is read; `synthetic` for the simulated venue. */
  readonly licence: string;
}

/** Closed set: labels of dead letters. */
export type CoinbaseRefusal =
  'not_json' | 'bad_trade_id' | 'bad_side' | 'bad_time' | 'bad_price' | 'bad_size' | 'bad_product';

const FEED = 'coinbase';
const PRODUCT = /^[A-Z0-9]{1,20}-[A-Z0-9]{1,20}$/;
/** What decimal(38, 18) can hold. */
const TOO_LARGE_E18 = 10n ** 38n;

type Fields = Readonly<Record<string, unknown>>;

/** One frame of the Exchange feed. Pure: `ingestTimeUs` is the only thing that is not in the text. */
export function parseFrame(
  text: string,
  ingestTimeUs: number,
  context: CoinbaseContext,
): FrameOutcome {
  const frame = readObject(text);
  if (frame === null) return { kind: 'refused', reason: 'not_json', stream: null, id: null };
  const { type } = frame;
  switch (type) {
    case 'match':
    case 'last_match':
      return parseTrade(frame, frame['product_id'], ingestTimeUs, context);
    case 'heartbeat':
      return parseHeartbeat(frame);
    case 'subscriptions':
      return { kind: 'subscribed', streams: subscribedProducts(frame['channels']) };
    case 'error':
      return parseError(frame);
    default:
      return { kind: 'ignored', what: typeof type === 'string' ? type : 'untyped' };
  }
}

/**
 * A `match`, `last_match` or a row of REST trades. All three carry the same identity, so a repeat after a subscribe and a repaired trade
 * are the same event (K8).
 */
export function parseTrade(
  fields: Fields,
  product: unknown,
  ingestTimeUs: number,
  context: CoinbaseContext,
): FrameOutcome {
  const id = fields['trade_id'];
  const known = typeof product === 'string' && PRODUCT.test(product);
  const hasId = typeof id === 'number' && Number.isSafeInteger(id) && id > 0;
  const refused = (reason: CoinbaseRefusal): FrameOutcome => ({
    kind: 'refused',
    reason,
    stream: known ? product : null,
    id: hasId ? id : null,
  });
  if (!known) return refused('bad_product');
  if (!hasId) return refused('bad_trade_id');
  const { side } = fields;
  if (side !== 'buy' && side !== 'sell') return refused('bad_side');
  const time = attempt(() => parseIsoUs(text(fields['time'])));
  if (time === null) return refused('bad_time');
  const priceE18 = positive(fields['price']);
  if (priceE18 === null) return refused('bad_price');
  const sizeE18 = positive(fields['size']);
  if (sizeE18 === null) return refused('bad_size');

  const instrumentId =
    context.aliases().resolve(FEED, product, time.us) ?? unresolvedInstrument(FEED, product);
  const record: Trade = {
    eventId: `cb:${product}:${id}`,
    op: 'CREATE',
    refEventId: null,
    source: FEED,
    feed: FEED,
    eventTimeUs: time.us,
    ingestTimeUs,
    sequence: id,
    eventTimeNanosRem: time.nanosRem,
    venue: FEED,
    assetClass: 'CRYPTO',
    instrumentId,
    nativeSymbol: product,
    priceE18,
    sizeE18,
    // The side of a match is the maker's (M2): the aggressor is the other one.
    aggressor: side === 'buy' ? 'SELL' : 'BUY',
    sourceTimeUs: null,
    nativeTradeId: String(id),
    conditions: [],
    priceOk: true,
    volOk: true,
    conditionTable: null,
    delayedSeconds: 0,
    licence: context.licence,
  };
  const key = `${instrumentId}@${FEED}`;
  const { us: eventTimeUs } = time;
  return {
    kind: 'event',
    event: { stream: product, id, eventTimeUs, topic: 'market.trade.v1', key, record },
  };
}

function parseHeartbeat(frame: Fields): FrameOutcome {
  const { product_id: stream, last_trade_id: lastId } = frame;
  // A product that never traded has last_trade_id 0.
  const usable = typeof stream === 'string' && typeof lastId === 'number' && lastId > 0;
  if (!usable || !Number.isSafeInteger(lastId)) return { kind: 'ignored', what: 'heartbeat' };
  return { kind: 'heartbeat', stream, lastId };
}

/** Products of the matches channel; other channels may be acknowledged in a frame of their own. */
function subscribedProducts(channels: unknown): string[] {
  if (!Array.isArray(channels)) return [];
  const matches = (channels as Fields[]).find((channel) => channel['name'] === 'matches');
  const products = matches?.['product_ids'];
  return Array.isArray(products) ? products.filter((one) => typeof one === 'string') : [];
}

const BAD_PRODUCT = /^([A-Z0-9]+-[A-Z0-9]+) is not a valid product/;

function parseError(frame: Fields): FrameOutcome {
  const message = text(frame['message']);
  const reason = `${message}: ${text(frame['reason'])}`.slice(0, 200);
  const product = BAD_PRODUCT.exec(text(frame['reason']))?.[1] ?? null;
  if (product !== null) return { kind: 'failure', backoff: 'STOP', reason, stream: product };
  const backoff = /auth/i.test(message)
    ? 'STOP'
    : /too ?slow/i.test(message)
      ? 'SLOW'
      : /rate limit|too many/i.test(reason)
        ? 'LIMIT'
        : 'NET';
  return { kind: 'failure', backoff, reason, stream: null };
}

function readObject(source: string): Fields | null {
  const value = attempt(() => JSON.parse(source) as unknown);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : null;
}

function positive(value: unknown): bigint | null {
  const number = attempt(() => parseE18(text(value)));
  return number !== null && number > 0n && number < TOO_LARGE_E18 ? number : null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Parsers of texts throw on bad input; here bad input is an outcome (ER1). */
function attempt<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch {
    return null;
  }
}
