import type { BackfilledFrame, BackfillRequest } from '@groundswell/connector';
import { getText, unusable, type RestRequest } from '../rest.ts';
import type { VenueOptions } from '../venue.ts';
import { coinbaseRest } from './limits.ts';
import { parseTrade } from './parse.ts';

/** Subscribe to trades, and to the heartbeat that shows holes on quiet products (M1, M2). */
export function subscribeText(products: readonly string[]): string {
  return JSON.stringify({
    type: 'subscribe',
    product_ids: products,
    channels: ['matches', 'heartbeat'],
  });
}

/**
 * Trades of a range of ids over REST, pages from the newest down (M3). What the venue no longer has is simply not among them.
 * @throws SourceUnavailableError
 */
export async function backfillTrades(
  request: BackfillRequest,
  options: VenueOptions,
): Promise<BackfilledFrame[]> {
  const { fromId, toId, stream, signal } = request;
  const frames: BackfilledFrame[] = [];
  let after = toId + 1;
  while (after > fromId) {
    if (frames.length > 0) await options.pause(coinbaseRest.pauseMs);
    const limit = Math.min(coinbaseRest.pageSize, after - fromId);
    const path = `/products/${encodeURIComponent(stream)}/trades?limit=${limit}&after=${after}`;
    const rows = await getRows(`${options.restUrl}${path}`, { signal, nowMs: options.nowMs });
    let oldest = after;
    for (const row of rows) {
      const id = row['trade_id'];
      if (typeof id !== 'number' || id >= after) continue;
      oldest = Math.min(oldest, id);
      if (id < fromId) continue;
      const outcome = parseTrade(row, stream, request.ingestTimeUs, options.context);
      frames.push({ outcome, text: JSON.stringify(row) });
    }
    // An empty page, or one that does not go on: the venue has nothing older.
    if (oldest === after) break;
    after = oldest;
  }
  return frames;
}

type Row = Readonly<Record<string, unknown>>;

async function getRows(url: string, parts: Pick<RestRequest, 'signal' | 'nowMs'>): Promise<Row[]> {
  const body = await getText({ ...parts, url, limits: coinbaseRest });
  let rows: unknown;
  try {
    rows = JSON.parse(body);
  } catch (thrown) {
    throw unusable('trades answer is not JSON', thrown);
  }
  if (Array.isArray(rows)) return rows as Row[];
  throw unusable('trades answer is not a list');
}
