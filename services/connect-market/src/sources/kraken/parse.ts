import { parseExactJson, type FrameOutcome } from '@groundswell/connector';
import { parseIsoUs, type Instant } from '@groundswell/domain';
import { asFields, asText, attempt, type Fields } from '../fields.ts';
import { tradeId, tradeOutcome, type TradeContext, type VenueName } from '../trade.ts';

export const kraken: VenueName = { feed: 'kraken', idPrefix: 'kr' };

/** `BTC/USD`; also `AAPLx/USD`, a token that is not the share and has no alias (M6). */
const SYMBOL = /^[A-Za-z0-9.]{1,20}\/[A-Z0-9.]{1,20}$/;

/** One frame of the v2 feed, a list where it holds trades. Pure: `ingestTimeUs` is the only thing that is not in the text. */
export function parseFrame(
  text: string,
  ingestTimeUs: number,
  context: TradeContext,
): FrameOutcome | readonly FrameOutcome[] {
  const frame = asFields(attempt(() => parseExactJson(text)));
  if (frame === null) return refused('not_json');
  const { channel, data, method } = frame;
  if (channel === 'trade') {
    if (!Array.isArray(data)) return refused('bad_rows');
    return data.map((row: unknown) => parseTrade(asFields(row) ?? {}, ingestTimeUs, context));
  }
  if (method === 'subscribe') return parseAnswer(frame);
  return { kind: 'ignored', what: asText(channel) || asText(method) || 'untyped' };
}

/** A row of a snapshot or an update. Numbers are the texts they were: `parseExactJson` (K13). */
function parseTrade(row: Fields, ingestTimeUs: number, context: TradeContext): FrameOutcome {
  const { symbol, side } = row;
  const raw = {
    symbol: knownSymbol(symbol),
    id: tradeId(row['trade_id']),
    // The side is the taker's (M4).
    aggressor: side === 'buy' ? 'BUY' : side === 'sell' ? 'SELL' : null,
    time: attempt(() => parseIsoUs(asText(row['timestamp']))),
    price: asText(row['price']),
    size: asText(row['qty']),
  } as const;
  return tradeOutcome(kraken, raw, ingestTimeUs, context);
}

/** A row of REST trades (M5): price, volume, seconds, `b` or `s`, `l` or `m`, text, trade id. */
export function parseRestRow(
  row: readonly unknown[],
  symbol: string,
  ingestTimeUs: number,
  context: TradeContext,
): FrameOutcome {
  const [price, size, seconds, side, , , id] = row;
  const raw = {
    symbol: knownSymbol(symbol),
    id: tradeId(id),
    aggressor: side === 'b' ? 'BUY' : side === 's' ? 'SELL' : null,
    time: instantOfSeconds(asText(seconds)),
    price: asText(price),
    size: asText(size),
  } as const;
  return tradeOutcome(kraken, raw, ingestTimeUs, context);
}

/** Seconds with a fraction, as text: `1695628185.1000001` is 1695628185100000 micros and 100 nanos. */
function instantOfSeconds(text: string): Instant | null {
  const match = /^(\d{1,10})(?:\.(\d{1,9}))?$/.exec(text);
  if (match === null) return null;
  const fraction = match[2] ?? '';
  const digits = fraction.padEnd(9, '0');
  return {
    us: Number(match[1]) * 1_000_000 + Number(digits.slice(0, 6)),
    nanosRem: fraction.length > 6 ? Number(digits.slice(6)) : null,
  };
}

/** The answer to a subscription comes once per symbol (K2). */
function parseAnswer(frame: Fields): FrameOutcome {
  if (frame['success'] === true) {
    const result = asFields(frame['result']);
    const stream = knownSymbol(result?.['symbol']);
    if (stream === null || result?.['channel'] !== 'trade') return { kind: 'ignored', what: 'ack' };
    return { kind: 'acknowledged', stream };
  }
  const stream = knownSymbol(frame['symbol']);
  const reason = asText(frame['error']).slice(0, 200);
  // What we asked for holds, whoever asked first.
  if (stream !== null && /already subscribed/i.test(reason))
    return { kind: 'acknowledged', stream };
  if (/rate|too many/i.test(reason)) {
    return { kind: 'failure', backoff: 'LIMIT', reason, stream: null };
  }
  const passing = stream === null || /unavailable|internal|busy|try again/i.test(reason);
  if (passing) return { kind: 'failure', backoff: 'NET', reason, stream: null };
  return { kind: 'failure', backoff: 'STOP', reason, stream };
}

function knownSymbol(value: unknown): string | null {
  return typeof value === 'string' && SYMBOL.test(value) ? value : null;
}

function refused(reason: 'not_json' | 'bad_rows'): FrameOutcome {
  return { kind: 'refused', reason, stream: null, id: null };
}
