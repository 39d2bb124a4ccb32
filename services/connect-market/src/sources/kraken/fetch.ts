import {
  parseExactJson,
  SourceUnavailableError,
  type BackfilledFrame,
  type BackfillRequest,
} from '@groundswell/connector';
import { asFields, asText, attempt } from '../fields.ts';
import { getText, unusable } from '../rest.ts';
import { tradeId } from '../trade.ts';
import type { VenueOptions } from '../venue.ts';
import { krakenRest } from './limits.ts';
import { parseRestRow } from './parse.ts';

/** Subscribe to trades; the snapshot repeats the newest ones and so closes short holes (M4, K8). */
export function subscribeText(symbols: readonly string[]): string {
  return JSON.stringify({
    method: 'subscribe',
    params: { channel: 'trade', symbol: symbols, snapshot: true },
  });
}

/**
 * Trades of a range of ids. The venue is asked by time, oldest first (M5): from a little before the hole on, page by page, until its end.
 * @throws SourceUnavailableError
 */
export async function backfillTrades(
  request: BackfillRequest,
  options: VenueOptions,
): Promise<BackfilledFrame[]> {
  const { fromId, toId, stream, afterUs, beforeUs, ingestTimeUs } = request;
  const frames: BackfilledFrame[] = [];
  let backUs: number = afterUs === null ? krakenRest.lookBackUs : krakenRest.marginUs;
  const start = (): bigint => BigInt((afterUs ?? beforeUs ?? ingestTimeUs) - backUs) * 1000n;
  let since = start();
  for (let page = 0; page < krakenRest.maxPages; page += 1) {
    if (page > 0) await options.pause(krakenRest.pauseMs);
    const { rows, last } = await getPage(stream, since, request, options);
    const [oldest] = rows;
    const startsLate = frames.length === 0 && since === start() && (oldest?.id ?? 0) > fromId;
    if (startsLate && backUs < krakenRest.maxLookBackUs) {
      backUs = Math.min(backUs * 10, krakenRest.maxLookBackUs);
      since = start();
      continue;
    }
    for (const { id, row } of rows) {
      if (id < fromId || id > toId) continue;
      const outcome = parseRestRow(row, stream, ingestTimeUs, options.context);
      frames.push({ outcome, text: JSON.stringify(row) });
    }
    const newest = rows.at(-1);
    // The end of the hole, or a page that does not go on: the venue has nothing newer.
    if (newest === undefined || newest.id >= toId || last <= since) break;
    since = last;
  }
  return frames;
}

interface Page {
  readonly rows: readonly { readonly id: number; readonly row: readonly unknown[] }[];
  /** Where the next page starts, epoch nanos. */
  readonly last: bigint;
}

async function getPage(
  symbol: string,
  sinceNs: bigint,
  { signal }: BackfillRequest,
  { restUrl, nowMs }: VenueOptions,
): Promise<Page> {
  const url = `${restUrl}/0/public/Trades?pair=${restPair(symbol)}&since=${sinceNs}`;
  const body = await getText({ url, signal, nowMs, limits: krakenRest });
  const answer = asFields(attempt(() => parseExactJson(body)));
  if (answer === null) throw unusable('trades answer is not JSON');
  const { error } = answer;
  if (Array.isArray(error) && error.length > 0) throw refusal(asText(error[0]));
  // The pair is called by another name in the answer (`XXBTZUSD` for `XBTUSD`): it is the one that is not `last`.
  const { last, ...pairs } = asFields(answer['result']) ?? {};
  const [list] = Object.values(pairs);
  const lastNs = attempt(() => BigInt(asText(last)));
  if (!Array.isArray(list) || lastNs === null) throw unusable('trades answer is not a list');
  const rows = list.flatMap((row: unknown) => {
    const id = Array.isArray(row) ? tradeId(row[6]) : null;
    return id === null ? [] : [{ id, row: row as readonly unknown[] }];
  });
  return { rows, last: lastNs };
}

/** Refusals come with status 200 and words: severity, category, message. */
function refusal(words: string): SourceUnavailableError {
  const backoff = /rate limit|too many|lockout/i.test(words)
    ? 'LIMIT'
    : /^E(Query|General:(Invalid|Permission))/.test(words)
      ? 'STOP'
      : 'NET';
  return new SourceUnavailableError(`trades endpoint refused: ${words.slice(0, 100)}`, { backoff });
}

/** What REST calls some assets (Y5). */
const REST_ASSETS: Readonly<Record<string, string>> = { BTC: 'XBT', DOGE: 'XDG' };

/** `BTC/USD` of the feed is `XBTUSD` of REST. */
export function restPair(symbol: string): string {
  const names = symbol.split('/').map((asset) => REST_ASSETS[asset] ?? asset);
  return encodeURIComponent(names.join(''));
}
