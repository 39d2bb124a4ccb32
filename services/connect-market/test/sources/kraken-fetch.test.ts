import { createStreamTracker, SourceUnavailableError } from '@groundswell/connector';
import { expect } from 'chai';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { backfillTrades, restPair, subscribeText } from '../../src/sources/kraken/fetch.ts';
import { parseFrame } from '../../src/sources/kraken/parse.ts';
import type { VenueOptions } from '../../src/sources/venue.ts';
import { krakenContext as context, krakenFixture } from './kraken-support.ts';

const SYMBOL = 'MATIC/USD';
const START_US = 1_695_628_180_000_001;

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

describe('fetching trades from Kraken', () => {
  let server: Server;
  let options: VenueOptions;
  const asked: URL[] = [];
  const pauses: number[] = [];
  let answer: (since: bigint) => Answer;

  before(async () => {
    server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://venue');
      asked.push(url);
      const {
        status = 200,
        headers = {},
        body,
      } = answer(BigInt(url.searchParams.get('since') ?? 0));
      response.writeHead(status, headers).end(body);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    options = {
      cursorName: 'kraken-v2',
      wsUrl: '',
      restUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      products: [SYMBOL],
      context,
      nowMs: () => START_US / 1000,
      pause: (ms) => Promise.resolve(void pauses.push(ms)),
    };
  });
  beforeEach(() => {
    asked.length = 0;
    pauses.length = 0;
  });
  after(() => server.close());

  const fetchRange = (fromId: number, toId: number, times: { afterUs?: number } = {}) =>
    backfillTrades(
      {
        stream: SYMBOL,
        fromId,
        toId,
        afterUs: times.afterUs ?? null,
        beforeUs: START_US + 3_600_000_000,
        ingestTimeUs: START_US,
        signal: new AbortController().signal,
      },
      options,
    );
  const idsIn = (frames: Awaited<ReturnType<typeof fetchRange>>): number[] =>
    frames.flatMap(({ outcome }) => (outcome.kind === 'event' ? [outcome.event.id] : []));
  /** A venue with one trade a second, `pageSize` trades a page. */
  const venueOf = (firstId: number, lastId: number, pageSize: number) => (since: bigint) => {
    const timeOf = (id: number): bigint => BigInt(START_US + (id - firstId) * 1_000_000) * 1000n;
    const ids = Array.from({ length: lastId - firstId + 1 }, (_, index) => firstId + index)
      .filter((id) => timeOf(id) > since)
      .slice(0, pageSize);
    const rows = ids.map((id) => {
      const seconds = `${timeOf(id) / 1_000_000_000n}.${String(timeOf(id) % 1_000_000_000n).padStart(9, '0')}`;
      return `["0.51500","1.00000000",${seconds},"b","l","",${id}]`;
    });
    const last = timeOf(ids.at(-1) ?? lastId);
    return { body: `{"error":[],"result":{"MATICUSD":[${rows.join()}],"last":"${last}"}}` };
  };

  it('fills the hole that the snapshot after a reconnect left open', async () => {
    const tracker = createStreamTracker(null);
    for (const { direction, raw } of krakenFixture.frames) {
      if (direction !== 'in') continue;
      for (const outcome of [parseFrame(raw, START_US, context)].flat()) {
        if (outcome.kind !== 'event') continue;
        const { id, eventTimeUs } = outcome.event;
        if (tracker.observe(id, eventTimeUs, 0) === 'take') tracker.acked(id);
      }
    }
    const [hole] = tracker.holes();
    expect(hole).to.include({ fromId: 4665850, toId: 4665851, afterUs: START_US });

    answer = () => ({ body: krakenFixture.rest_trades.raw });
    const frames = await fetchRange(4665850, 4665851, { afterUs: hole?.afterUs ?? 0 });
    for (const id of idsIn(frames)) expect(tracker.observe(id, START_US, 0)).to.equal('take');
    expect(tracker.holes()).to.deep.equal([]);
    // A second before the trade below the hole: trades of one moment share their time.
    expect(asked.map(String)).to.deep.equal([
      'http://venue/0/public/Trades?pair=MATICUSD&since=1695628179000001000',
    ]);
    expect(frames[0]?.outcome).to.nested.include({
      'event.record.eventId': 'kr:MATIC/USD:4665850',
      'event.record.priceE18': 515_200_000_000_000_000n,
      'event.record.eventTimeUs': 1_695_628_185_100_000,
      'event.record.eventTimeNanosRem': 100,
      'event.record.aggressor': 'BUY',
    });
    expect(frames[1]?.outcome).to.nested.include({ 'event.record.aggressor': 'SELL' });
  });

  it('goes on page by page, with a pause, until the end of the hole', async () => {
    answer = venueOf(100, 200, 10);
    const frames = await fetchRange(103, 121, { afterUs: START_US + 2_000_000 });
    expect(idsIn(frames)).to.deep.equal(Array.from({ length: 19 }, (_, index) => 103 + index));
    expect(asked).to.have.length(2);
    expect(pauses).to.deep.equal([1000]);
  });

  it('looks further back until it finds the start, where no time below is known', async () => {
    // One trade a second for an hour: a minute before its end is not enough, ten minutes are.
    answer = venueOf(1, 3601, 1000);
    const frames = await fetchRange(3100, 3102);
    expect(idsIn(frames)).to.deep.equal([3100, 3101, 3102]);
    expect(asked).to.have.length(2);
  });

  it('ends where the venue has nothing newer, without the ids that are gone', async () => {
    answer = venueOf(100, 105, 10);
    expect(idsIn(await fetchRange(104, 110, { afterUs: START_US }))).to.deep.equal([104, 105]);
    expect(asked.length).to.be.at.most(2);
  });

  const refusals: readonly (readonly [string, string, Answer])[] = [
    ['a status', 'STOP', { status: 403, body: '' }],
    ['a rate limit in words', 'LIMIT', { body: '{"error":["EAPI:Rate limit exceeded"]}' }],
    ['an unknown pair', 'STOP', { body: '{"error":["EQuery:Unknown asset pair"]}' }],
    ['an outage', 'NET', { body: '{"error":["EService:Unavailable"]}' }],
    ['no JSON', 'NET', { body: '<html>' }],
    ['no list', 'NET', { body: '{"error":[],"result":{"last":"1"}}' }],
    ['a redirect', 'NET', { status: 302, headers: { location: '/' }, body: '' }],
  ];
  for (const [what, backoff, refused] of refusals) {
    it(`answers ${what} with ${backoff}`, async () => {
      answer = () => refused;
      const error: unknown = await fetchRange(1, 2).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(SourceUnavailableError);
      expect(error).to.include({ backoff });
      expect(asked).to.have.length(1);
    });
  }

  it('knows what REST calls a symbol', () => {
    expect(['BTC/USD', 'DOGE/USD', 'ETH/USD'].map(restPair)).to.deep.equal([
      'XBTUSD',
      'XDGUSD',
      'ETHUSD',
    ]);
  });

  it('subscribes as the documentation shows', () => {
    const documented = krakenFixture.frames.find(({ direction }) => direction === 'out')?.raw;
    expect(subscribeText([SYMBOL])).to.equal(documented);
  });
});
