import { connect } from 'node:net';
import { once } from 'node:events';
import { expect } from 'chai';
import { formatIsoUs } from '@groundswell/domain';
import { serveApiDocument } from '@groundswell/schemas';
import { operationsOf } from '../../src/http/operations.ts';
import { behaviour, bar, btc, btcMood, mention, slotWrite, statusWrite, t0 } from './records.ts';
import { booking } from '../booking.ts';
import { injections } from './injections.ts';
import { makeRig, otherKey, ownKey, type Api, type Rig, type Role } from './rig.ts';

const latest = `/v1/features/market.bar/${btc}/latest`;
const from = encodeURIComponent(formatIsoUs(t0));

/** An address that is good for each operation of the document. */
const good: Readonly<Record<string, string>> = {
  listLatestFeatures: `/v1/features/market.bar/latest?entities=${btc}`,
  getLatestFeature: latest,
  listFeatureHistory: `/v1/features/market.bar/${btc}/history?from=${from}`,
  listFeatureRevisions: `/v1/features/market.bar/${btc}/revisions?window_start=${from}`,
  getLatestBehaviour: `/v1/investors/${ownKey}/behaviour/latest`,
  listBehaviourHistory: `/v1/investors/${ownKey}/behaviour/history?from=${from}`,
  listLots: `/v1/investors/${ownKey}/lots`,
  listExecutions: `/v1/investors/${ownKey}/executions`,
  getTradingPeers: `/v1/investors/${ownKey}/peers`,
  explainFeature: `/v1/features/market.bar/${btc}/explain`,
  listPosts: '/v1/instruments/crypto:BTC-USD/posts',
  predict: '/v1/predict',
  getModelsStatus: '/v1/models/status',
  listInstruments: '/v1/instruments',
  getInstrument: '/v1/instruments/crypto:BTC-USD',
  listSources: '/v1/sources',
  getCatalogue: '/v1/catalogue',
  getConservation: '/v1/ops/conservation',
  getFlow: '/v1/ops/flow',
  listDeadLetters: '/v1/ops/dead-letters',
  getOpenapi: '/openapi.json',
  getLiveness: '/health/live',
  getReadiness: '/health/ready',
  getMetrics: '/metrics',
};

/** Which scopes each role holds, written down a second time on purpose. */
const scopesOf: Readonly<Record<Role, readonly string[]>> = {
  none: [],
  viewer: ['features:read'],
  analyst: ['features:read', 'history:read'],
  investor: ['features:read', 'investor:self'],
  ops: ['features:read', 'history:read', 'ops'],
  admin: ['features:read', 'history:read', 'ops', 'admin'],
};

describe('security of the API', function () {
  this.timeout(60_000);
  let rig: Rig;
  let api: Api;

  before(async () => {
    rig = await makeRig();
    await rig.database.query(
      `INSERT INTO instrument (id, kind, title, currency, primary_feed) VALUES ('crypto:BTC-USD', 'crypto', 'Bitcoin', 'USD', 'coinbase')`,
    );
    await rig.database.query(
      `INSERT INTO checkpoint (grp, task, topic, partition, partition_count, first_offset, next_offset, n_applied, n_late)
       VALUES ('derive-market', 0, 'market.trade.v1', 0, 6, 5, 15, 9, 1)`,
    );
    await rig.database.query(
      `INSERT INTO dead_letter (grp, task, topic, partition, record_offset, stage, reason, error_class, attempt, record_value, failed_at_us, code_version)
       VALUES ('derive-market', 0, 'market.trade.v1', 0, 7, 'DECODE', 'avro', 'UndecodableError', 0, 'secret payload', ${t0}, '1')`,
    );
    const records = [bar(0, 1, 10), behaviour(ownKey, 1, 10), behaviour(otherKey, 1, 10)];
    await rig.commit(records);
    await rig.fillCache([...records.map(slotWrite), statusWrite('coinbase', 'LIVE')]);
    await rig.keep([mention('1', 5)]);
    await rig.enter(
      [ownKey, otherKey].map((key) =>
        booking(key, `buy of ${key}`, '2026-11-20T10:00:00Z', 'BUY', '2', '100'),
      ),
    );
    api = await rig.startApi();
  });
  after(() => rig.drop());

  for (const { id, scopes, method } of operationsOf(serveApiDocument)) {
    it(`lets exactly the right roles call ${id} (S8)`, async () => {
      const path = good[id];
      if (path === undefined) throw new Error(`no example for ${id}`);
      const ask = (role: Role) =>
        method === 'post' ? api.post(path, { text: 'up' }, role) : api.get(path, role);
      for (const [role, held] of Object.entries(scopesOf) as [Role, readonly string[]][]) {
        const { status, body } = await ask(role);
        const allowed = scopes.length === 0 || scopes.some((scope) => held.includes(scope));
        const wanted = allowed ? 200 : role === 'none' ? 401 : 403;
        expect(status, `${role}: ${JSON.stringify(body)}`).to.equal(wanted);
      }
    });
  }

  it('hides an investor from every other one, as if it did not exist (S42)', async () => {
    const never = `v1:${'A'.repeat(43)}`;
    const routes = ['behaviour/latest', `behaviour/history?from=${from}`, 'lots', 'executions'];
    for (const route of routes) {
      expect((await api.get(`/v1/investors/${ownKey}/${route}`, 'investor')).status).to.equal(200);
      const other = await api.get(`/v1/investors/${otherKey}/${route}`, 'investor');
      const unknown = await api.get(`/v1/investors/${never}/${route}`, 'investor');
      expect(other.status).to.equal(404);
      expect({ ...other.body, trace_id: '' }).to.deep.equal({ ...unknown.body, trace_id: '' });
      expect(other.headers.get('cache-control')).to.equal('no-store');
    }
  });

  it('has no way round through the public routes', async () => {
    for (const path of [
      `/v1/features/investor.behaviour/${ownKey}/latest`,
      `/v1/features/investor.behaviour/latest?entities=${ownKey}`,
      `/v1/features/investor.behaviour/${ownKey}/history?from=${from}`,
      `/v1/features/market.bar/${ownKey}/latest`,
    ]) {
      const { status, text } = await api.get(path, 'admin');
      expect(status, path).to.be.oneOf([400, 404]);
      expect(text).not.to.include('realised_pnl');
    }
  });

  it('audits private reads by others, with pseudonyms only', async () => {
    const before = api.lines.length;
    for (const route of ['behaviour/latest', 'lots', 'executions']) {
      await api.get(`/v1/investors/${otherKey}/${route}`, 'ops');
      await api.get(`/v1/investors/${otherKey}/${route}`, 'investor');
      await api.get(`/v1/investors/${ownKey}/${route}`, 'investor');
    }
    const audited = api.lines.slice(before).filter(({ message }) => message === 'private read');
    const each = [
      ['subject-ops', 'allowed'],
      ['subject-investor', 'denied'],
    ];
    expect(audited.map(({ subject, decision }) => [subject, decision])).to.deep.equal([
      ...each,
      ...each,
      ...each,
    ]);
  });

  it('keeps private answers out of every cache and shows no field beyond the document', async () => {
    const { headers, body } = await api.get(`/v1/investors/${ownKey}/behaviour/latest`, 'investor');
    expect(headers.get('cache-control')).to.equal('no-store');
    expect(Object.keys(body.item.value)).not.to.include('investor_key');
    expect(body.item).not.to.have.property('positions');
  });

  it('answers every bad token with one and the same body (S12)', async () => {
    const bodies = new Set<string>();
    for (const authorization of [
      '',
      'Basic x',
      'Bearer',
      'Bearer x',
      'Bearer a.b.c',
      `Bearer ${'x'.repeat(9000)}`,
    ]) {
      const { status, headers, body } = await api.get(latest, 'none', {
        headers: authorization === '' ? {} : { authorization },
      });
      expect(status).to.equal(401);
      expect(headers.get('www-authenticate')).to.equal('Bearer');
      bodies.add(JSON.stringify({ ...body, trace_id: '' }));
    }
    expect(bodies.size).to.equal(1);
  });

  it('reads no token from the query', async () => {
    expect((await api.get(`${latest}?access_token=x`)).status).to.equal(401);
  });

  it('counts dead letters without their payload', async () => {
    const { body, text } = await api.get('/v1/ops/dead-letters', 'ops');
    expect(body.kinds[0]).to.include({ reason: 'avro', count: 1 });
    expect(text).not.to.include('secret');
  });

  it('proves conservation from the raw counters', async () => {
    const { body } = await api.get('/v1/ops/conservation', 'ops');
    expect(body.balanced).to.equal(true);
    expect(body.checkpoints[0]).to.include({
      first_offset: '5',
      next_offset: '15',
      applied: 9,
      late: 1,
    });
  });

  it('refuses what the document does not name', async () => {
    const status = async (path: string): Promise<number> => (await api.get(path, 'admin')).status;
    expect(await status(`${latest}?unknown=1`)).to.equal(400);
    expect(await status(`${latest}?window_size=1m&window_size=5m`)).to.equal(400);
    expect(await status(`${latest}?window_size[$gt]=1`)).to.equal(400);
    expect(await status('/v1/instruments?limit=1001')).to.equal(400);
    expect(await status('/v1/instruments?limit=0')).to.equal(400);
    expect(await status('/v1/instruments?limit=ten')).to.equal(400);
    expect(await status('/v1/instruments/')).to.equal(404);
    expect(await status('/V1/instruments')).to.equal(404);
    expect(await status('/v2/instruments')).to.equal(404);
    expect(await status('/v1/instruments/%ff')).to.equal(400);
    expect(
      await status(
        `/v1/features/market.bar/latest?entities=${Array.from({ length: 101 }, (_, i) => `a:${i}`).join(',')}`,
      ),
    ).to.equal(400);
  });

  it('takes no body and no other method where none is documented (S40)', async () => {
    const send = async (init: RequestInit): Promise<number> =>
      (await api.get(latest, 'admin', init)).status;
    expect(await send({ method: 'POST', body: '{}' })).to.equal(405);
    expect(await send({ method: 'PUT', body: '{}' })).to.equal(415);
    expect((await api.get('/v1/predict', 'admin')).status).to.equal(405);
    expect(await send({ method: 'POST', body: 'x'.repeat(200_000) })).to.equal(413);
    expect(await send({ method: 'DELETE' })).to.be.oneOf([404, 405]);
  });

  it('survives a corpus of injections in every parameter (S43, S44)', async () => {
    // The last ones are no well-formed text at all: a lone surrogate, a cut sequence, an overlong slash.
    const encoded = [...injections.map(encodeURIComponent), '%ED%A0%80', '%C3', '%C0%AF'];
    const shapes: readonly ((text: string) => string)[] = [
      (x) => `/v1/features/${x}/${btc}/latest`,
      (x) => `/v1/features/market.bar/${x}/latest`,
      (x) => `/v1/features/market.bar/latest?entities=${x}`,
      (x) => `${latest}?window_size=${x}`,
      (x) => `${latest}?known_at=${x}`,
      (x) => `/v1/features/market.bar/${btc}/history?from=${from}&cursor=${x}`,
      (x) => `/v1/features/market.bar/${btc}/history?from=${x}`,
      (x) => `/v1/features/market.bar/${btc}/history?from=${from}&limit=${x}`,
      (x) => `/v1/investors/${x}/behaviour/latest`,
      (x) => `/v1/investors/${x}/lots`,
      ...['state', 'from', 'at', 'known_at', 'cursor'].map(
        (name) => (x: string) => `/v1/investors/${ownKey}/lots?${name}=${x}`,
      ),
      (x) => `/v1/investors/${ownKey}/executions?side=${x}`,
      (x) => `/v1/features/market.bar/${btc}/explain?window_start=${x}`,
      (x) => `/v1/features/sentiment.window/${x}/explain`,
      (x) => `/v1/instruments/${x}/posts`,
      (x) => `/v1/instruments/${btcMood}/posts?from=${x}`,
      (x) => `/v1/instruments/${btcMood}/posts?order=${x}`,
      (x) => `/v1/instruments/${btcMood}/posts?cursor=${x}`,
      (x) => `/v1/instruments/${x}`,
      (x) => `/v1/instruments?cursor=${x}`,
      (x) => `/v1/sources?${x}=${x}`,
    ];
    for (const shape of shapes) {
      const answers = await Promise.all(
        encoded.map(async (text) => ({ text, answer: await api.get(shape(text), 'admin') })),
      );
      for (const { text, answer } of answers) {
        // `0x7f` is a number to the validator: a good limit, not a way in.
        const isNumber = shape(text).includes('limit=') && ['0x7f', 'true'].includes(text);
        if (!isNumber) expect(answer.status, shape(text)).to.be.within(400, 404);
        expect(answer.text, shape(text)).not.to.match(
          /syntax|SELECT|feature_history|pg_|relation|stack|node_modules|ERR /,
        );
      }
    }
    // An id of an event may be any text, and a file could be called like an instrument: what names nothing has nothing.
    for (const list of ['executions?lot', 'lots?instrument']) {
      for (const text of encoded) {
        const answer = await api.get(`/v1/investors/${ownKey}/${list}=${text}`, 'admin');
        expect(answer.status, text).to.be.oneOf([200, 400]);
        if (answer.status === 200) expect(answer.body.items, text).to.deep.equal([]);
      }
    }
    expect(api.lines.filter(({ message }) => message === 'request failed')).to.deep.equal([]);
  });

  it('takes JSON of the documented form only, and bounds it before it is read (S40, S41, S45)', async () => {
    const status = async (body: unknown, init: RequestInit = {}): Promise<number> =>
      (await api.post('/v1/predict', body, 'viewer', init)).status;
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    for (const bad of [
      {},
      [],
      { text: 7 },
      { text: 'up', more: 1 },
      { text: 'up', items: [{ text: 'up' }] },
      { items: [] },
      { items: [{ text: 'up', admin: true }] },
      { text: 'up', source: 'rumour' },
      { text: 'up', targets: [''] },
      { text: { $gt: '' } },
      '{"text":"up","__proto__":{"admin":true}}',
      '{"text":"up","constructor":{"prototype":{"admin":true}}}',
      '{"text":',
      'null',
      '"up"',
      `{"text":${deep}}`,
    ]) {
      expect(await status(bad), JSON.stringify(bad).slice(0, 80)).to.equal(400);
    }
    expect(({} as { admin?: boolean }).admin).to.equal(undefined);
    expect(await status({ text: 'x'.repeat(10_001) })).to.equal(413);
    expect(await status({ items: Array(257).fill({ text: 'up' }) })).to.equal(413);
    expect(await status({ text: 'x'.repeat(200_000) })).to.equal(413);
    expect(await status({ text: 'up', targets: ['$TIDE'] })).to.equal(422);
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json; charset=utf-16',
    ]) {
      const headers = { 'content-type': type };
      expect(await status({ text: 'up' }, { headers }), type).to.equal(415);
    }
    const zipped = { headers: { 'content-encoding': 'gzip' } };
    expect(await status({ text: 'up' }, zipped)).to.equal(415);
    for (const text of injections) {
      const answer = await api.post('/v1/predict', { text }, 'viewer');
      expect(answer.status, text).to.equal(200);
      expect(answer.text).not.to.match(/syntax|SELECT pg|stack|node_modules/);
    }
    expect(api.lines.filter(({ message }) => message === 'request failed')).to.deep.equal([]);
  });

  it('has an allowance of its own for predictions, by the size of the body', async () => {
    const small = await rig.startApi({ requestBurst: 10 });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) {
      const { status } = await small.post('/v1/predict', { text: 'x'.repeat(6000) }, 'admin');
      statuses.push(status);
    }
    // 10 tokens, 3 for each.
    expect(statuses).to.deep.equal([200, 200, 200, 429]);
    expect((await small.get('/v1/catalogue', 'admin')).status).to.equal(200);
  });

  it('ends an allowance with 429, Retry-After and RateLimit headers (S50)', async () => {
    const small = await rig.startApi({ requestBurst: 12 });
    const statuses: number[] = [];
    for (let i = 0; i < 14; i++) statuses.push((await small.get('/v1/sources', 'analyst')).status);
    expect(statuses.filter((status) => status === 200)).to.have.length(12);
    const refused = await small.get('/v1/sources', 'analyst');
    expect(refused.status).to.equal(429);
    expect(Number(refused.headers.get('retry-after'))).to.be.greaterThan(0);
    expect(refused.headers.get('ratelimit')).to.match(/^"read";r=0;t=\d+$/);
    // The bucket is the caller's, on every replica, and not another caller's.
    const replica = await rig.startApi({ requestBurst: 12 });
    expect((await replica.get('/v1/sources', 'analyst')).status).to.equal(429);
    expect((await small.get('/v1/sources', 'viewer')).status).to.equal(200);
    expect(
      (await small.get('/v1/sources', 'analyst', { headers: { 'x-forwarded-for': '1.2.3.4' } }))
        .status,
    ).to.equal(429);
    const local = await rig.startApi({ requestBurst: 12, redisUrl: 'redis://127.0.0.1:1' });
    const alone: number[] = [];
    for (let i = 0; i < 14; i++) alone.push((await local.get('/v1/catalogue', 'analyst')).status);
    expect(alone.filter((status) => status === 429)).to.have.length(2);
  });

  it('lets only listed origins read, and frames nothing (S26, S55)', async () => {
    const ask = (origin: string, init: RequestInit = {}) =>
      api.get('/v1/catalogue', 'viewer', { ...init, headers: { origin } });
    const listed = await ask('https://page.test');
    expect(listed.headers.get('access-control-allow-origin')).to.equal('https://page.test');
    expect(listed.headers.get('access-control-allow-credentials')).to.equal(null);
    expect((await ask('https://evil.test')).headers.get('access-control-allow-origin')).to.equal(
      null,
    );
    expect((await ask('https://page.test', { method: 'OPTIONS' })).status).to.equal(204);
    expect((await ask('https://evil.test', { method: 'OPTIONS' })).status).to.equal(403);
    expect(listed.headers.get('x-content-type-options')).to.equal('nosniff');
    expect(listed.headers.get('strict-transport-security')).to.include('max-age=');
    expect(listed.headers.get('content-security-policy')).to.include("frame-ancestors 'none'");
    expect(listed.headers.get('x-powered-by')).to.equal(null);
  });

  it('gives each problem a trace, the caller’s own where it sent one', async () => {
    const trace = 'a'.repeat(32);
    const { body, headers } = await api.get('/v1/nothing', 'viewer', {
      headers: { traceparent: `00-${trace}-${'b'.repeat(16)}-01` },
    });
    expect(headers.get('content-type')).to.include('application/problem+json');
    expect(body).to.deep.equal({
      type: 'urn:groundswell:problem:not-found',
      title: 'There is no such resource',
      status: 404,
      detail: body.detail,
      trace_id: trace,
    });
  });

  it('answers a raw request that is not HTTP with 400 and goes on', async () => {
    const socket = connect(api.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nBad\0Header: 1\r\n\r\n');
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString()).to.match(/^HTTP\/1.1 400/);
    socket.destroy();
    expect((await api.get('/health/live')).status).to.equal(200);
  });
});
