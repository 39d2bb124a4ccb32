import { expect } from 'chai';
import { createLiveClient, type LiveClient, type LiveStateName } from '@groundswell/client';
import type { LiveItem, SubscribeAnswer } from '@groundswell/schemas';
import type { DevIssuer } from '../../../tools/dev-issuer/src/index.ts';
import { startIssuer, startTestGateway, until, type TestGateway } from './harness.ts';

const PRICE = 'price:crypto:BTC-USD';

describe('the live client on a real gateway', function () {
  this.timeout(20_000);
  let issuer: DevIssuer;
  let live: TestGateway;
  let client: LiveClient;
  let states: LiveStateName[];
  let verdicts: string[];
  let items: LiveItem[];

  before(async () => {
    issuer = await startIssuer();
  });
  after(() => issuer.stop());
  beforeEach(async () => {
    live = await startTestGateway(issuer);
    states = [];
    verdicts = [];
    items = [];
  });
  afterEach(async () => {
    client.close();
    await live.stop();
  });

  function start(getToken: () => Promise<string | null>): void {
    client = createLiveClient({ url: live.url, getToken });
    client.state.subscribe(({ name }) => states.push(name));
  }

  function watch(channel: string): () => void {
    return client.subscribe(channel, {
      onItem: (item) => items.push(item),
      onVerdict: (answer: SubscribeAnswer) =>
        verdicts.push('error' in answer ? String(answer.error.status) : answer.verdict),
    });
  }

  const viewer = async (): Promise<string> => (await issuer.issue('viewer')).access_token;

  it('shows the snapshot, then what changes, and stops when nobody listens', async () => {
    live.publish(PRICE, 'a', 1);
    start(viewer);
    const stop = watch(PRICE);
    await until(() => client.state.get().name === 'live');
    live.publish(PRICE, 'a', 2);
    await until(() => items.length === 2);
    expect(items.map(({ ver }) => ver)).to.deep.equal([1, 2]);
    expect(client.store.get(PRICE, 'a')?.ver).to.equal(2);
    expect(states).to.deep.equal(['connecting', 'catching_up', 'live']);
    stop();
    expect(client.store.get(PRICE, 'a')).to.equal(undefined);
    live.publish(PRICE, 'a', 3);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(items).to.have.length(2);
  });

  it('resumes after a lost connection and resyncs with a restarted gateway, with every value', async () => {
    start(viewer);
    watch(PRICE);
    live.publish(PRICE, 'a', 1);
    await until(() => items.length === 1);
    const port = Number(new URL(live.url).port);
    await live.stop();
    await until(() => states.includes('reconnecting'));
    live = await startTestGateway(issuer, {}, port);
    live.publish(PRICE, 'a', 7);
    live.publish(PRICE, 'b', 1);
    await until(() => client.store.get(PRICE, 'b') !== undefined, 10_000);
    expect(client.store.get(PRICE, 'a')?.ver).to.equal(7);
    expect(verdicts).to.deep.equal(['resynced', 'resynced']);
    await until(() => client.state.get().name === 'live');
  });

  it('renews its token before it expires, without a new connection (S21)', async () => {
    let asked = 0;
    start(async () => {
      asked += 1;
      return (await issuer.issue('viewer', undefined, 2000)).access_token;
    });
    watch(PRICE);
    await until(() => asked >= 4, 8000);
    expect(states).to.deep.equal(['connecting', 'catching_up', 'live']);
  });

  it('comes back with a new token after the gateway ended its session', async () => {
    let lifetimeMs = 1000;
    let asked = 0;
    start(async () => {
      asked += 1;
      // The first renewal fails, so the session ends.
      if (asked === 2) throw new Error('the issuer is away');
      const { access_token: token } = await issuer.issue('viewer', undefined, lifetimeMs);
      lifetimeMs = 900_000;
      return token;
    });
    watch(PRICE);
    await until(() => states.includes('reconnecting'), 8000);
    await until(() => client.state.get().name === 'live', 8000);
    expect(verdicts).to.deep.equal(['resynced', 'resumed']);
  });

  it('is signed out, and forgets what it held, when nobody is signed in any more', async () => {
    const own = await issuer.issue('investor', 'demo-01', 1000);
    const channel = `investor:${own.investor_key ?? ''}`;
    live.publish(channel, 'k', 1, 'a secret');
    let token: string | null = own.access_token;
    start(() => Promise.resolve(token));
    watch(channel);
    await until(() => client.store.get(channel, 'k') !== undefined);
    token = null;
    await until(() => client.state.get().name === 'signed_out', 8000);
    expect(client.store.get(channel, 'k')).to.equal(undefined);
    token = (await issuer.issue('investor', 'demo-01')).access_token;
    client.connect();
    await until(() => client.store.get(channel, 'k') !== undefined);
    expect(client.state.get().name).to.equal('live');
  });

  it('is signed out by tokens that are refused, and says when a channel is forbidden', async () => {
    start(viewer);
    watch(`investor:v1:${'k'.repeat(43)}`);
    await until(() => verdicts.length === 1);
    expect(verdicts).to.deep.equal(['403']);
    expect(client.state.get().name).to.equal('live');
    client.close();
    start(() => Promise.resolve('not.a.token'));
    await until(() => client.state.get().name === 'signed_out', 8000);
  });

  it('is not live while the gateway cannot read the log', async () => {
    start(viewer);
    watch(PRICE);
    await until(() => client.state.get().name === 'live');
    live.gateway.setStatus({ state: 'degraded', since: '2026-01-01T00:00:00Z', detail: 'why' });
    await until(() => client.state.get().name === 'catching_up');
    expect(client.state.get().detail).to.equal('why');
    live.gateway.setStatus({ state: 'live', since: '2026-01-01T00:00:01Z', detail: null });
    await until(() => client.state.get().name === 'live');
  });
});
