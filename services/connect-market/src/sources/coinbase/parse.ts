import type { FrameOutcome } from '@groundswell/connector';
import { parseIsoUs } from '@groundswell/domain';
import { asFields, asText, attempt, type Fields } from '../fields.ts';
import { tradeId, tradeOutcome, type TradeContext, type VenueName } from '../trade.ts';

export const coinbase: VenueName = { feed: 'coinbase', idPrefix: 'cb' };

const PRODUCT = /^[A-Z0-9]{1,20}-[A-Z0-9]{1,20}$/;

/** One frame of the Exchange feed. Pure: `ingestTimeUs` is the only thing that is not in the text. */
export function parseFrame(
  text: string,
  ingestTimeUs: number,
  context: TradeContext,
): FrameOutcome {
  const frame = asFields(attempt(() => JSON.parse(text) as unknown));
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
  context: TradeContext,
): FrameOutcome {
  const { trade_id: id, side } = fields;
  const raw = {
    symbol: typeof product === 'string' && PRODUCT.test(product) ? product : null,
    id: typeof id === 'number' ? tradeId(id) : null,
    // The side of a match is the maker's (M2): the aggressor is the other one.
    aggressor: side === 'buy' ? 'SELL' : side === 'sell' ? 'BUY' : null,
    time: attempt(() => parseIsoUs(asText(fields['time']))),
    price: asText(fields['price']),
    size: asText(fields['size']),
  } as const;
  return tradeOutcome(coinbase, raw, ingestTimeUs, context);
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
  const message = asText(frame['message']);
  const reason = `${message}: ${asText(frame['reason'])}`.slice(0, 200);
  const product = BAD_PRODUCT.exec(asText(frame['reason']))?.[1] ?? null;
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
