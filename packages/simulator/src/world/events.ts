/** What happens in the synthetic world, before any wire format. */

/** One print of the venue. `tradeId` is contiguous per product. */
export interface WorldTrade {
  readonly type: 'trade';
  readonly product: string;
  readonly tradeId: number;
  /** Time the venue reports; a planted fate may put it into the past or the future. */
  readonly timeUs: number;
  /** Decimal text exactly as on the wire. */
  readonly price: string;
  readonly size: string;
  /** Side of the resting order; the aggressor is the other one (M2). */
  readonly makerSide: 'buy' | 'sell';
}

/** One booking as the broker posts it: the item format of `POST /v1/ingest/{sender}/transactions`. */
export interface BrokerItem {
  readonly id: string;
  readonly investor: string;
  readonly account: string;
  readonly op?: 'CREATE' | 'CORRECT' | 'CANCEL';
  readonly ref?: string;
  readonly kind: string;
  readonly symbol?: string;
  readonly quantity?: string;
  readonly price?: string;
  readonly fees?: string;
  readonly net_cash?: string;
  readonly currency?: string;
  readonly event_time: string;
  readonly order_id?: string;
  readonly execution_id?: string;
}

export interface WorldTransaction {
  readonly type: 'transaction';
  readonly timeUs: number;
  readonly item: BrokerItem;
}

export type WorldEvent = WorldTrade | WorldTransaction;

/** event_id a trade must carry in the platform (sources.md section 3). */
export function tradeEventId(trade: Pick<WorldTrade, 'product' | 'tradeId'>): string {
  return `cb:${trade.product}:${trade.tradeId}`;
}

/** event_id a posted item must carry in the platform (T9). */
export function transactionEventId(sender: string, id: string): string {
  return `http:${sender}:${id}`;
}
