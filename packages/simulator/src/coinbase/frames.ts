import { formatIsoUs } from '@groundswell/domain';
import type { WorldTrade } from '../world/events.ts';

/**
 * Wire texts of the Coinbase Exchange feed (sources.md M1), field by field as in the recorded samples. Order ids and the book sequence are
 * made from the trade id: real ones carry nothing the platform reads.
 */
export function matchFrame(trade: WorldTrade, type: 'match' | 'last_match' = 'match'): string {
  const { product, tradeId, makerSide, size, price, timeUs } = trade;
  return (
    `{"type":"${type}","trade_id":${tradeId},"maker_order_id":"${orderId(tradeId, 'a')}",` +
    `"taker_order_id":"${orderId(tradeId, 'b')}","side":"${makerSide}","size":"${size}","price":"${price}",` +
    `"product_id":"${product}","sequence":${sequenceOf(tradeId)},"time":"${formatIsoUs(timeUs)}"}`
  );
}

/** One row of `GET /products/{id}/trades`. */
export function restTrade(trade: WorldTrade): Readonly<Record<string, string | number>> {
  return {
    trade_id: trade.tradeId,
    side: trade.makerSide,
    size: trade.size,
    price: trade.price,
    time: formatIsoUs(trade.timeUs),
  };
}

export function heartbeatFrame(product: string, lastTradeId: number, nowUs: number): string {
  return (
    `{"type":"heartbeat","sequence":${sequenceOf(lastTradeId)},"last_trade_id":${lastTradeId},` +
    `"product_id":"${product}","time":"${formatIsoUs(nowUs)}"}`
  );
}

export function subscriptionsFrame(channels: ReadonlyMap<string, ReadonlySet<string>>): string {
  const list = [...channels]
    .filter(([, products]) => products.size > 0)
    .map(([name, products]) => ({ name, product_ids: [...products] }));
  return JSON.stringify({ type: 'subscriptions', channels: list });
}

export function errorFrame(message: string, reason: string): string {
  return JSON.stringify({ type: 'error', message, reason });
}

function sequenceOf(tradeId: number): number {
  return tradeId * 3 + 1;
}

function orderId(tradeId: number, kind: 'a' | 'b'): string {
  const hex = tradeId.toString(16).padStart(12, '0');
  return `${kind}0000000-0000-4000-8000-${hex.slice(-12)}`;
}
