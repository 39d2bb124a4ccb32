import { expect } from 'chai';
import { formatIsoUs } from '@groundswell/domain';
import { bar, btc, minuteUs, slotWrite, statusWrite, t0 } from './records.ts';
import { makeRig, type Api, type Rig } from './rig.ts';

const latest = `/v1/features/market.bar/${btc}/latest`;
const at = (second: number): string => encodeURIComponent(formatIsoUs(t0 + second * 1_000_000));

describe('features over HTTP', function () {
  this.timeout(20_000);
  let rig: Rig;
  let api: Api;

  before(async () => {
    rig = await makeRig();
    api = await rig.startApi();
    await rig.commit([
      bar(0, 1, 10),
      bar(0, 9, 61),
      bar(0, 10, 400),
      bar(9, 1, 590),
      bar(9, 2, 600, { closeE18: null, vwapE18: null }),
    ]);
  });
  after(() => rig.drop());

  it('answers from history and says so while the cache is not whole', async () => {
    const answer = await api.get(latest, 'viewer');
    expect(answer.status).to.equal(200);
    expect(answer.body).to.deep.include({ served_from: 'history', as_of: formatIsoUs(t0 + 602e6) });
    expect(answer.body.item.revision).to.equal(2);
    // No source has reported: the value is young, and still not called live.
    expect(answer.body.freshness).to.deep.equal({
      state: 'unknown',
      age_ms: 2000,
      stale_after_ms: 15000,
      source_state: null,
    });
  });

  it('answers from the online store with everything that a value needs', async () => {
    const newest = bar(9, 2, 600, { closeE18: null, vwapE18: null });
    await rig.fillCache([slotWrite(newest), statusWrite('coinbase', 'LIVE')]);
    const fresh = await rig.startApi();
    const { body, headers } = await fresh.get(`${latest}?window_size=1m`, 'viewer');
    expect(body).to.deep.equal({
      as_of: '2026-11-21T12:10:02.000000Z',
      served_from: 'online',
      freshness: { state: 'live', age_ms: 2000, stale_after_ms: 15000, source_state: 'LIVE' },
      item: {
        feature_set: 'market.bar',
        entity: btc,
        window: {
          size_ms: 60000,
          start: '2026-11-21T12:09:00.000000Z',
          end: '2026-11-21T12:10:00.000000Z',
        },
        lineage: 1,
        revision: 2,
        status: 'PROVISIONAL',
        n: 2,
        late_count: 0,
        watermark: '2026-11-21T12:10:00.000000Z',
        known_at: '2026-11-21T12:10:00.000000Z',
        cause: 'UPDATE',
        counts: { coinbase: 2 },
        value: {
          instrument_id: 'crypto:BTC-USD',
          open: '100',
          high: '110',
          low: '90',
          close: null, // unknown stays null, it never becomes 0
          volume: '0.5',
          trade_count: 2,
          vwap: null,
          realised_volatility: null,
          return_count: null,
        },
      },
    });
    expect(headers.get('ratelimit')).to.match(/^"read";r=\d+;t=\d+$/);
    const etag = headers.get('etag') ?? '';
    const again = await fresh.get(latest, 'viewer', { headers: { 'if-none-match': etag } });
    expect(again.status).to.equal(304);
  });

  it('does not call an old value live', async () => {
    const later = await rig.startApi({ now: () => t0 / 1000 + 620_000 });
    expect((await later.get(latest, 'viewer')).body.freshness).to.include({
      state: 'stale',
      age_ms: 20000,
    });
  });

  it('lists several entities and leaves the unknown ones null', async () => {
    const { body } = await api.get(
      `/v1/features/market.bar/latest?entities=crypto:NO-USD@coinbase,${btc}&window_size=1m`,
      'viewer',
    );
    expect(body.values.map(({ item }) => item === null)).to.deep.equal([true, false]);
    expect(body.values[0]?.freshness.state).to.equal('unknown');
  });

  it('has 404 for what was never seen, and 400 for a window that the catalogue does not list', async () => {
    const none = await api.get('/v1/features/market.bar/crypto:NO-USD@coinbase/latest', 'viewer');
    expect(none.status).to.equal(404);
    expect(none.body.type).to.equal('urn:groundswell:problem:unknown-value');
    expect((await api.get(`${latest}?window_size=7m`, 'viewer')).status).to.equal(400);
  });

  it('finds by known_at what was served then, and by at what had ended then', async () => {
    const revision = async (query: string): Promise<unknown> => {
      const { status, body } = await api.get(`${latest}?${query}`, 'analyst');
      return status === 200
        ? [body.served_from, body.item.window.start.slice(14, 16), body.item.revision]
        : status;
    };
    expect(await revision(`known_at=${at(5)}`)).to.equal(404);
    expect(await revision(`known_at=${at(65)}`)).to.deep.equal(['history', '00', 9]);
    expect(await revision(`known_at=${at(595)}`)).to.deep.equal(['history', '09', 1]);
    expect(await revision(`at=${at(599)}`)).to.deep.equal(['history', '00', 10]);
    expect(await revision(`at=${at(599)}&known_at=${at(399)}`)).to.deep.equal(['history', '00', 9]);
    // A viewer sees the present only.
    expect((await api.get(`${latest}?known_at=${at(65)}`, 'viewer')).status).to.equal(403);
  });

  it('walks through history in one state of knowledge, while revisions arrive', async () => {
    const path = `/v1/features/market.bar/${btc}/history?from=${at(0)}&to=${at(3600)}&limit=1`;
    const first = await api.get(path, 'analyst');
    expect(first.body.items.map(({ revision }) => revision)).to.deep.equal([10]);
    await rig.commit([bar(9, 3, 700)]);
    const second = await api.get(`${path}&cursor=${first.body.next_cursor}`, 'analyst');
    expect(second.body.items.map(({ revision }) => revision)).to.deep.equal([2]);
    expect(second.body.known_at).to.equal(first.body.known_at);
    expect(second.body.next_cursor).to.equal(null);
    const stolen = await api.get(
      `/v1/features/market.bar/${btc}/history?from=${at(0)}&window_size=5m&cursor=${first.body.next_cursor}`,
      'analyst',
    );
    expect(stolen.status).to.equal(400);
  });

  it('lists the revisions of a window', async () => {
    const path = `/v1/features/market.bar/${btc}/revisions?window_start=${at(0)}`;
    const { body } = await api.get(`${path}&limit=2`, 'analyst');
    expect(body.items.map(({ revision }) => revision)).to.deep.equal([1, 9]);
    const rest = await api.get(`${path}&limit=2&cursor=${body.next_cursor}`, 'analyst');
    expect(rest.body.items.map(({ revision }) => revision)).to.deep.equal([10]);
  });

  it('refuses ranges that are empty, reversed or too long', async () => {
    const status = async (from: string, to: string): Promise<number> =>
      (await api.get(`/v1/features/market.bar/${btc}/history?from=${from}&to=${to}`, 'analyst'))
        .status;
    expect(await status(at(60), at(60))).to.equal(400);
    expect(await status('2020-01-01T00:00:00Z', '2026-01-01T00:00:00Z')).to.equal(400);
    expect(await status('2026-02-31T00:00:00Z', at(0))).to.equal(400);
    expect(await status(encodeURIComponent(formatIsoUs(t0)), at((60 * minuteUs) / 1e6))).to.equal(
      200,
    );
  });

  it('never goes back behind an answer out of history while the cache catches up', async () => {
    const eth = 'crypto:ETH-USD@coinbase';
    const ofEth = (revision: number) => bar(9, revision, 500 + revision, { entity: eth });
    await rig.commit([ofEth(1), ofEth(2)]);
    await rig.fillCache([slotWrite(ofEth(1))]);
    const mine = await rig.startApi();
    const seen = async (): Promise<unknown> => {
      const { body } = await mine.get(`/v1/features/market.bar/${eth}/latest`, 'viewer');
      return [body.served_from, body.item.revision];
    };
    expect(await seen()).to.deep.equal(['online', 1]);
    // Another start of the server that nobody has confirmed; then it is confirmed, still one behind.
    await rig.store.confirmServer('another');
    expect(await seen()).to.deep.equal(['history', 2]);
    await rig.store.confirmServer(await rig.store.serverId());
    expect(await seen()).to.deep.equal(['history', 2]);
    const listed = await mine.get(
      `/v1/features/market.bar/latest?entities=${eth},${btc}`,
      'viewer',
    );
    expect(listed.body.served_from).to.equal('history');
    await rig.fillCache([slotWrite(ofEth(2))]);
    expect(await seen()).to.deep.equal(['online', 2]);
  });

  it('serves the latest from Redis without Postgres, and 503 for history', async () => {
    const cut = await rig.startApi({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none' });
    const { body } = await cut.get(latest, 'viewer');
    expect(body.served_from).to.equal('online');
    const history = await cut.get(
      `/v1/features/market.bar/${btc}/history?from=${at(0)}`,
      'analyst',
    );
    expect(history.status).to.equal(503);
    expect(history.headers.get('content-type')).to.include('application/problem+json');
    expect(history.headers.get('retry-after')).to.equal('2');
    expect((await cut.get('/v1/sources', 'viewer')).body.sources[0]).to.include({
      id: 'coinbase',
      title: null,
    });
  });

  it('serves the latest from Postgres without Redis, and does not call it live', async () => {
    const cut = await rig.startApi({ redisUrl: 'redis://127.0.0.1:1' });
    const { body } = await cut.get(latest, 'viewer');
    expect(body.served_from).to.equal('history');
    expect(body.freshness.state).to.equal('unknown');
    expect((await cut.get('/v1/sources', 'viewer')).status).to.equal(200);
  });

  it('says 503 when neither store answers', async () => {
    const cut = await rig.startApi({
      databaseUrl: 'postgres://nobody@127.0.0.1:1/none',
      redisUrl: 'redis://127.0.0.1:1',
    });
    expect((await cut.get(latest, 'viewer')).status).to.equal(503);
  });
});
