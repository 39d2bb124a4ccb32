import { parseE18, parseIsoUs } from '@groundswell/domain';
import type { Transaction } from '@groundswell/schemas';

/** A booking from readable parts: the time in ISO 8601, decimals as text, + is into the account. */
export function booking(
  investorKey: string,
  eventId: string,
  at: string,
  kind: Transaction['kind'],
  quantity: string,
  price: string,
  more: Partial<Transaction> & { readonly fee?: string } = {},
): Transaction {
  const { fee = '0', ...others } = more;
  const { us: eventTimeUs } = parseIsoUs(at);
  return {
    ...{ eventId, op: 'CREATE', refEventId: null, source: 'broker', feed: null },
    ...{ eventTimeUs, ingestTimeUs: eventTimeUs, sequence: null, eventTimeNanosRem: null },
    ...{ accountKey: 'a', investorKey, kind, nativeKind: kind, currency: 'USD', fxRateE18: null },
    instrumentId: 'crypto:TIDE-USD',
    nativeSymbol: 'TIDE-USD',
    quantityE18: parseE18(quantity),
    priceE18: parseE18(price),
    grossE18: null,
    feesE18: parseE18(fee),
    netCashE18: 0n,
    ...{ eventTimePrecision: 'MICRO', settledOn: null, orderId: null, executionId: null },
    ...{ positionAfterE18: null, fingerprint: eventId, occurrence: 0 },
    ...others,
  };
}
