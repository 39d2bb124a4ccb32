import type { IncomingMessage, ServerResponse } from 'node:http';
import { candlesAnswer, type VenueCandle } from './candles.ts';
import type { VenueFaults } from './faults.ts';
import { restTrade } from './frames.ts';
import type { ProductTape } from './tape.ts';

const PATH = /^\/products\/([A-Z0-9-]+)\/(trades|candles)$/;

/** What the venue answers from. */
export interface RestParts {
  readonly tapes: ReadonlyMap<string, ProductTape>;
  readonly faults: VenueFaults;
  readonly candles: (product: string) => readonly VenueCandle[] | null;
}

/**
 * `GET /products/{id}/trades?limit=&after=&before=` with the CB-BEFORE and CB-AFTER headers (sources.md M3), and
 * `GET /products/{id}/candles?granularity=&start=&end=`.
 */
export function answerRest(
  request: IncomingMessage,
  response: ServerResponse,
  { tapes, faults, candles }: RestParts,
): void {
  const url = new URL(request.url ?? '/', 'http://venue');
  const json = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
  faults.restRequests += 1;
  if (faults.restStatus !== null) {
    const { status, retryAfterSeconds } = faults.restStatus;
    const headers: Record<string, string> =
      retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) };
    json(status, { message: 'fault' }, headers);
    return;
  }
  const [, product = '', kind] = PATH.exec(url.pathname) ?? [];
  const tape = tapes.get(product);
  if (request.method !== 'GET' || tape === undefined) {
    json(404, { message: 'NotFound' });
    return;
  }
  if (kind === 'candles') {
    faults.candleRequests += 1;
    const { status, body } = candlesAnswer(candles(product), url.searchParams);
    json(status, body);
    return;
  }
  const after = idParameter(url, 'after');
  const before = idParameter(url, 'before');
  const limit = Math.min(1000, idParameter(url, 'limit') ?? 1000);
  const page = tape.page({
    limit,
    ...(after === undefined ? {} : { after }),
    ...(before === undefined ? {} : { before }),
  });
  const newest = page[0];
  const oldest = page.at(-1);
  json(200, page.map(restTrade), {
    ...(newest === undefined ? {} : { 'cb-before': String(newest.tradeId) }),
    ...(oldest === undefined ? {} : { 'cb-after': String(oldest.tradeId) }),
  });
}

function idParameter(url: URL, name: string): number | undefined {
  const text = url.searchParams.get(name);
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
