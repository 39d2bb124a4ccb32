import { startFakeCoinbase, type FakeCoinbase, type WorldTrade } from '@groundswell/simulator';
import { expect } from 'chai';
import { once } from 'node:events';
import { WebSocket } from 'ws';

const aTrade = (tradeId: number): WorldTrade => ({
  type: 'trade',
  product: 'BTC-USD',
  tradeId,
  timeUs: 1_795_000_000_123_456 + tradeId,
  price: '97150.25',
  size: '0.0125',
  makerSide: 'sell',
});
const both = { socket: true, rest: true };

describe('the fake venue', () => {
  let venue: FakeCoinbase;
  beforeEach(async () => {
    venue = await startFakeCoinbase({
      products: ['BTC-USD', 'ETH-USD'],
      port: 0,
      nowUs: () => 1_795_000_000_000_000,
      heartbeatMs: 20,
      // Long enough for a busy machine to subscribe in, short enough to wait for.
      subscribeDeadlineMs: 1000,
    });
  });
  afterEach(() => venue.stop());

  /** Frames as parsed objects, in order; `next` waits for one of a type. */
  async function connect() {
    const socket = new WebSocket(venue.wsUrl);
    const frames: Record<string, unknown>[] = [];
    socket.on('message', (data: Buffer) => {
      frames.push(JSON.parse(data.toString()) as Record<string, unknown>);
      socket.emit('frame');
    });
    await once(socket, 'open');
    const next = async (type: string): Promise<Record<string, unknown>> => {
      for (;;) {
        const index = frames.findIndex((frame) => frame['type'] === type);
        if (index >= 0) return frames.splice(index, 1)[0] ?? {};
        await once(socket, 'frame');
      }
    };
    const subscribe = (products: string[]): void => {
      const channels = ['matches', 'heartbeat'];
      socket.send(JSON.stringify({ type: 'subscribe', product_ids: products, channels }));
    };
    return { socket, next, subscribe };
  }

  it('acknowledges with the whole set, repeats the last match and beats', async () => {
    venue.publish(aTrade(41), both);
    const client = await connect();
    client.subscribe(['BTC-USD']);
    client.subscribe(['ETH-USD']);
    await client.next('subscriptions');
    const ack = await client.next('subscriptions');
    expect(ack['channels']).to.deep.equal([
      { name: 'matches', product_ids: ['BTC-USD', 'ETH-USD'] },
      { name: 'heartbeat', product_ids: ['BTC-USD', 'ETH-USD'] },
    ]);
    expect(await client.next('last_match')).to.include({ trade_id: 41, side: 'sell' });
    expect(await client.next('heartbeat')).to.include({ last_trade_id: 41, product_id: 'BTC-USD' });
    client.socket.terminate();
  });

  it('sends matches with exactly the fields of the recorded frames', async () => {
    const client = await connect();
    client.subscribe(['BTC-USD']);
    await client.next('subscriptions');
    venue.publish(aTrade(42), both);
    const match = await client.next('match');
    expect(Object.keys(match)).to.deep.equal([
      'type',
      'trade_id',
      'maker_order_id',
      'taker_order_id',
      'side',
      'size',
      'price',
      'product_id',
      'sequence',
      'time',
    ]);
    expect(match).to.include({
      price: '97150.25',
      size: '0.0125',
      time: '2026-11-18T11:06:40.123498Z',
    });
    client.socket.terminate();
  });

  it('closes a connection that does not subscribe', async () => {
    const client = await connect();
    const [code] = (await once(client.socket, 'close')) as [number];
    expect(code).to.equal(1000);
  });

  it('answers an unknown product with an error and keeps the connection', async () => {
    const client = await connect();
    client.subscribe(['NOPE-USD']);
    expect(await client.next('error')).to.include({ reason: 'NOPE-USD is not a valid product' });
    client.subscribe(['BTC-USD']);
    await client.next('subscriptions');
    client.socket.terminate();
  });

  it('serves pages over REST, newest first, with cursors in the headers', async () => {
    for (let id = 1; id <= 10; id += 1) venue.publish(aTrade(id), both);
    const page = async (query: string) => {
      const response = await fetch(`${venue.restUrl}/products/BTC-USD/trades?${query}`);
      const rows = (await response.json()) as { trade_id: number }[];
      return { ids: rows.map((row) => row.trade_id), headers: response.headers };
    };
    const newest = await page('limit=3');
    expect(newest.ids).to.deep.equal([10, 9, 8]);
    expect(newest.headers.get('cb-before')).to.equal('10');
    expect(newest.headers.get('cb-after')).to.equal('8');
    expect((await page('limit=3&after=8')).ids).to.deep.equal([7, 6, 5]);
    expect((await page('before=8')).ids).to.deep.equal([10, 9]);
    expect((await fetch(`${venue.restUrl}/products/NOPE-USD/trades`)).status).to.equal(404);
  });
});
