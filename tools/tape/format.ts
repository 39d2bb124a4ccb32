import { formatE18 } from '@groundswell/domain';
import type { TapeEvent, TapeSet } from './event.ts';
import { timeText } from './fields.ts';

/** One event as its line, without the line feed; fields that hold their default are left out. */
export function formatEvent(event: TapeEvent): string {
  const { id, type, tsUs, seq, ingestUs } = event;
  const base = {
    id,
    type,
    ts: timeText(tsUs),
    ...(seq === null ? {} : { seq }),
    ...(ingestUs === null ? {} : { ingest_time: timeText(ingestUs) }),
  };
  return JSON.stringify({ ...base, ...ownFields(event) });
}

function ownFields(event: TapeEvent): Record<string, unknown> {
  switch (event.type) {
    case 'BUY':
    case 'SELL':
      return {
        investor: event.investor,
        symbol: event.symbol,
        qty: formatE18(event.qtyE18),
        price: formatE18(event.priceE18),
        ...(event.feeE18 === 0n ? {} : { fee: formatE18(event.feeE18) }),
        ...(event.account === null ? {} : { account: event.account }),
        ...(event.currency === null ? {} : { currency: event.currency }),
        ...(event.orderId === null ? {} : { order_id: event.orderId }),
      };
    case 'DEPOSIT':
    case 'WITHDRAWAL':
    case 'DIVIDEND':
    case 'INTEREST':
    case 'FEE':
      return {
        investor: event.investor,
        ...(event.symbol === null ? {} : { symbol: event.symbol }),
        amount: formatE18(event.amountE18),
        ...(event.account === null ? {} : { account: event.account }),
        ...(event.currency === null ? {} : { currency: event.currency }),
      };
    case 'MARK':
      return { symbol: event.symbol, price: formatE18(event.priceE18) };
    case 'TRADE':
      return {
        symbol: event.symbol,
        price: formatE18(event.priceE18),
        size: formatE18(event.sizeE18),
        ...(event.priceOk ? {} : { price_ok: false }),
        ...(event.volOk ? {} : { vol_ok: false }),
        ...(event.conditions.length === 0 ? {} : { conditions: event.conditions }),
      };
    case 'POST':
      return {
        author: event.author,
        text: event.text,
        ...(event.lang === null ? {} : { lang: event.lang }),
        ...(event.label === null ? {} : { label: event.label }),
      };
    case 'CORRECT':
      return { ref: event.ref, set: setFields(event.set) };
    case 'CANCEL':
      return {
        ref: event.ref,
        ...(event.investor === null ? {} : { investor: event.investor }),
        ...(event.symbol === null ? {} : { symbol: event.symbol }),
      };
    case 'SPLIT':
    case 'SYMBOL_CHANGE':
    case 'SPINOFF':
    case 'RETURN_OF_CAPITAL':
    case 'QUOTE':
    case 'HALT':
    case 'RESUME':
      return { ...event.fields };
  }
}

function setFields(set: TapeSet): Record<string, unknown> {
  const decimal = (name: string, value: bigint | undefined) =>
    value === undefined ? {} : { [name]: formatE18(value) };
  return {
    ...(set.tsUs === undefined ? {} : { ts: timeText(set.tsUs) }),
    ...(set.seq === undefined ? {} : { seq: set.seq }),
    ...(set.symbol === undefined ? {} : { symbol: set.symbol }),
    ...decimal('qty', set.qtyE18),
    ...decimal('price', set.priceE18),
    ...decimal('fee', set.feeE18),
    ...decimal('amount', set.amountE18),
    ...decimal('size', set.sizeE18),
    ...(set.priceOk === undefined ? {} : { price_ok: set.priceOk }),
    ...(set.volOk === undefined ? {} : { vol_ok: set.volOk }),
    ...(set.text === undefined ? {} : { text: set.text }),
  };
}
