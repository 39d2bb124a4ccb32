import { expect } from 'chai';
import type { LiveFrame, SubscribeAccepted, SubscribeAnswer } from '@groundswell/schemas';
import { io, type Socket } from 'socket.io-client';
import WebSocket from 'ws';
import type { DevIssuer } from '../../../tools/dev-issuer/src/index.ts';
import { PAGE, startIssuer, startTestGateway, until, type TestGateway } from './harness.ts';

const PRICE = 'price:crypto:BTC-USD';

interface Client {
  readonly socket: Socket;
  readonly frames: LiveFrame[];
  subscribe(request: unknown): Promise<SubscribeAnswer>;
}

describe('the gateway', function () {
  this.timeout(15_000);
  let issuer: DevIssuer;
  let live: TestGateway;
  const open: Socket[] = [];

  before(async () => {
    issuer = await startIssuer();
  });
  after(() => issuer.stop());
  beforeEach(async () => {
    live = await startTestGateway(issuer, { maxSubscriptions: 5, eventBurst: 100 });
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.disconnect();
    await live.stop();
  });

  function connect(token: unknown, headers: Record<string, string> = {}, namespace = ''): Client {
    const socket = io(live.url + namespace, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth: { token },
      extraHeaders: headers,
    });
    open.push(socket);
    const frames: LiveFrame[] = [];
    socket.on('frame', (batch: LiveFrame[]) => frames.push(...batch));
    const subscribe = (request: unknown): Promise<SubscribeAnswer> =>
      socket.timeout(3000).emitWithAck('subscribe', request) as Promise<SubscribeAnswer>;
    return { socket, frames, subscribe };
  }

  async function connected(...args: Parameters<DevIssuer['issue']>): Promise<Client> {
    const client = connect((await issuer.issue(...args)).access_token);
    await new Promise<void>((resolve, reject) => {
      client.socket.once('connect', resolve);
      client.socket.once('connect_error', reject);
    });
    return client;
  }

  function refusal({ socket }: Client): Promise<string> {
    return new Promise((resolve) => {
      socket.once('connect', () => {
        resolve('connected');
      });
      socket.once('connect_error', (error: Error) => {
        const { data } = error as Error & { data?: { status: number } };
        resolve(`${String(data?.status)} ${error.message}`);
      });
    });
  }

  it('refuses a missing, malformed or expired token at the handshake, in constant words (S20)', async () => {
    const expired = (await issuer.issue('viewer', undefined, -1000)).access_token;
    for (const token of [undefined, '', 'x.y.z', { a: 1 }, expired]) {
      expect(await refusal(connect(token))).to.equal('401 Authentication is required.');
    }
    const viewer = (await issuer.issue('viewer')).access_token;
    expect(await refusal(connect(viewer, {}, '/admin'))).to.contain('Invalid namespace');
  });

  it('hears no event before the token was accepted (S20)', async () => {
    const raw = new WebSocket(
      `${live.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`,
    );
    const heard: string[] = [];
    raw.on('message', (data: Buffer) => heard.push(data.toString()));
    await new Promise((resolve) => raw.once('open', resolve));
    raw.send(`421["subscribe",{"channel":"${PRICE}"}]`);
    await new Promise((resolve) => raw.once('close', resolve));
    expect(heard.join()).not.to.contain('verdict');
  });

  it('lets browsers in from listed origins only (S26)', async () => {
    const token = (await issuer.issue('viewer')).access_token;
    expect(await refusal(connect(token, { origin: 'http://evil.test' }))).not.to.equal('connected');
    expect(await refusal(connect(token, { origin: PAGE }))).to.equal('connected');
  });

  it('offers no polling (S27)', async () => {
    const answer = await fetch(`${live.url}/socket.io/?EIO=4&transport=polling`);
    expect(answer.status).to.equal(400);
  });

  it('disconnects when the token expires (S21)', async () => {
    const { socket } = await connected('viewer', undefined, 2000);
    const started = Date.now();
    await new Promise((resolve) => socket.once('disconnect', resolve));
    expect(Date.now() - started).to.be.within(500, 7000);
  });

  it('goes on with a newer token of the same subject, and with no other (S21)', async () => {
    const { socket, subscribe, frames } = await connected('viewer', undefined, 1500);
    await subscribe({ channel: PRICE });
    const stranger = (await issuer.issue('analyst')).access_token;
    const refused: unknown = await socket.emitWithAck('authenticate', { token: stranger });
    expect(refused).to.have.nested.property('error.status', 403);
    expect(await socket.emitWithAck('authenticate', { token: 'x' })).to.have.nested.property(
      'error.status',
      401,
    );
    const renewed = (await issuer.issue('viewer')).access_token;
    expect(await socket.emitWithAck('authenticate', { token: renewed })).to.have.property(
      'expires_in_ms',
    );
    await new Promise((resolve) => setTimeout(resolve, 2100));
    live.publish(PRICE, 'a', 1);
    await until(() => frames.length > 0);
    expect(socket.connected).to.equal(true);
  });

  it('opens an investor channel to that investor, and to ops under audit; others are refused and audited (S23)', async () => {
    const me = await connected('investor', 'demo-07');
    const mine = `investor:${(await issuer.issue('investor', 'demo-07')).investor_key ?? ''}`;
    const theirs = `investor:${(await issuer.issue('investor', 'demo-08')).investor_key ?? ''}`;
    expect(await me.subscribe({ channel: mine })).to.have.property('verdict', 'resynced');
    expect(live.audit).to.have.length(0);
    for (const [client, channel] of [
      [me, theirs],
      [await connected('viewer'), mine],
      [await connected('analyst'), mine],
    ] as const) {
      expect(await client.subscribe({ channel })).to.have.nested.property('error.status', 403);
    }
    expect(live.audit.map(({ decision }) => decision)).to.deep.equal([
      'refused',
      'refused',
      'refused',
    ]);
    const ops = await connected('ops');
    expect(await ops.subscribe({ channel: mine })).to.have.property('verdict');
    expect(live.audit.at(-1)).to.deep.equal({
      subject: 'dev-ops',
      object: mine,
      decision: 'allowed',
    });

    live.publish(mine, 'k', 1, 'a secret');
    await until(() => me.frames.length > 0 && ops.frames.length > 0);
  });

  it('sends a private value to nobody who did not subscribe to it (S24)', async () => {
    const viewer = await connected('viewer');
    await viewer.subscribe({ channel: PRICE });
    const { investor_key: key } = await issuer.issue('investor', 'demo-07');
    live.publish(`investor:${key ?? ''}`, 'k', 1, 'a secret');
    live.publish(PRICE, 'a', 1);
    await until(() => viewer.frames.length > 0);
    expect(JSON.stringify(viewer.frames)).not.to.contain('secret');
  });

  it('refuses names and cursors that are none (S23)', async () => {
    const { subscribe } = await connected('admin');
    for (const request of [
      undefined,
      null,
      'sources',
      [],
      {},
      { channel: '*' },
      { channel: ['sources'] },
      { channel: { a: 1 } },
      { channel: 'x'.repeat(10_000) },
      { channel: 'sources', cursor: 1 },
      { channel: 'sources', cursor: { epoch: 'e', seq: -1 } },
      { channel: 'sources', cursor: { epoch: 'e', seq: 1.5 } },
      { channel: 'sources', cursor: { epoch: 'e'.repeat(101), seq: 1 } },
    ]) {
      expect(await subscribe(request), JSON.stringify(request)).to.have.nested.property(
        'error.status',
        400,
      );
    }
  });

  it('caps subscriptions, events and sockets (S27)', async () => {
    const { subscribe, socket } = await connected('viewer');
    const answers = await Promise.all(
      ['A', 'B', 'C', 'D', 'E', 'F'].map((it) => subscribe({ channel: `price:crypto:${it}` })),
    );
    expect(answers.filter((it) => 'error' in it)).to.have.length(1);
    expect(answers.at(-1)).to.have.nested.property('error.status', 429);
    socket.emit('unsubscribe', { channel: 'price:crypto:A' });
    expect(await subscribe({ channel: 'price:crypto:F' })).to.have.property('verdict');

    const busy = await connected('analyst');
    const limited = await Promise.all(
      Array.from({ length: 150 }, () => busy.subscribe({ channel: 'sources' })),
    );
    expect(limited.filter((it) => 'error' in it && it.error.status === 429)).to.have.length.within(
      40,
      60,
    );
    const gone = new Promise((resolve) => busy.socket.once('disconnect', resolve));
    for (let i = 0; i < 400; i += 1) busy.socket.emit('nonsense');
    await gone;
  });

  it('resumes a cursor that it can continue, resyncs any other, and a frame begins where the answer ended', async () => {
    live.publish(PRICE, 'a', 1);
    const first = await connected('viewer');
    const begin = (await first.subscribe({ channel: PRICE })) as SubscribeAccepted;
    expect(begin).to.deep.include({ verdict: 'resynced', seq: 1 });
    expect(begin.snapshot).to.deep.equal([{ key: 'a', lineage: 1, ver: 1, data: 1 }]);
    live.publish(PRICE, 'a', 2);
    await until(() => first.frames.length === 1);
    expect(first.frames[0]).to.deep.equal({
      channel: PRICE,
      epoch: begin.epoch,
      from: 1,
      seq: 2,
      items: [{ key: 'a', lineage: 1, ver: 2, data: 2 }],
    });
    first.socket.disconnect();
    for (const ver of [3, 4, 5]) live.publish(PRICE, 'a', ver);

    const second = await connected('viewer');
    const cursor = { epoch: begin.epoch, seq: 2 };
    expect(await second.subscribe({ channel: PRICE, cursor })).to.deep.equal({
      verdict: 'resumed',
      ...cursor,
    });
    await until(() => second.frames.length === 1);
    expect(second.frames[0]).to.deep.include({ from: 2, seq: 5 });
    expect(second.frames[0]?.items).to.deep.equal([{ key: 'a', lineage: 1, ver: 5, data: 5 }]);

    const other = await second.subscribe({
      channel: PRICE,
      cursor: { epoch: 'elsewhere', seq: 2 },
    });
    expect(other).to.deep.include({ verdict: 'resynced', seq: 5 });
  });

  it('sends a busy client about ten frames a second, each with the latest value only', async () => {
    const { subscribe, frames } = await connected('viewer');
    await subscribe({ channel: PRICE });
    const started = Date.now();
    let ver = 0;
    while (Date.now() - started < 1000) {
      for (let i = 0; i < 10; i += 1) live.publish(PRICE, 'a', (ver += 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await until(() => frames.at(-1)?.seq === ver);
    expect(frames.length).to.be.within(6, 13);
    expect(frames.every(({ items }) => items.length === 1)).to.equal(true);
    frames.forEach((frame, i) => {
      expect(frame.from).to.equal(frames[i - 1]?.seq ?? 0);
    });
  });

  it('tells clients when it cannot read the log, now and at connect', async () => {
    const token = (await issuer.issue('viewer')).access_token;
    live.gateway.setStatus({ state: 'degraded', since: '2026-01-01T00:00:00Z', detail: 'why' });
    const { socket } = connect(token);
    const status = await new Promise((resolve) => socket.once('gateway', resolve));
    expect(status).to.deep.include({ state: 'degraded', detail: 'why' });
    const next = new Promise((resolve) => socket.once('gateway', resolve));
    live.gateway.setStatus({ state: 'live', since: '2026-01-01T00:00:01Z', detail: null });
    expect(await next).to.deep.include({ state: 'live' });
  });

  it('survives hostile packets (S28)', async () => {
    const token = (await issuer.issue('viewer')).access_token;
    const hostile = [
      '2["error",{}]',
      '2["__proto__",{}]',
      '2["constructor"]',
      '2["disconnect"]',
      '2["newListener"]',
      '2[]',
      '2[1,2]',
      '2{"a":1}',
      '2[{"a":1}]',
      '2["subscribe"]',
      '25["subscribe"]',
      '26["subscribe",null]',
      '27["subscribe",{"__proto__":{"channel":"sources"}}]',
      '28["unsubscribe",[[[[]]]]]',
      '29["authenticate"]',
      '210["authenticate",{"token":{"length":1}}]',
      '5999999-["subscribe"]',
      '511-["subscribe",{"_placeholder":true,"num":99}]',
      '3999["x"]',
      '3["x"]',
      '9',
      '',
      '2',
      '1',
      '0',
      `2["${'x'.repeat(60_000)}"]`,
      `2["subscribe",{"channel":"${'x'.repeat(70_000)}"}]`,
    ];
    for (let round = 0; round < 40; round += 1) {
      const raw = new WebSocket(
        `${live.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`,
      );
      raw.on('error', () => undefined);
      await new Promise((resolve) => raw.once('open', resolve));
      if (round % 2 === 0) raw.send(`40${JSON.stringify({ token })}`);
      if (round % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      for (const [i, packet] of hostile.entries()) if ((i + round) % 3 > 0) raw.send(`4${packet}`);
      raw.send(Buffer.from([0xff, 0x00, round]));
      raw.close();
    }
    const { subscribe } = await connected('viewer');
    expect(await subscribe({ channel: PRICE })).to.have.property('verdict');
  });
});
