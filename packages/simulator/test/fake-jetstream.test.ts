import {
  startFakeJetstream,
  type FakeJetstream,
  type JetstreamCommit,
} from '@groundswell/simulator';
import { expect } from 'chai';
import { once } from 'node:events';
import { WebSocket } from 'ws';

const START_US = 1_795_000_000_000_000;
const DID = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa';
const POSTS = 'app.bsky.feed.post';

const aPost = (number: number, over: Partial<JetstreamCommit> = {}): JetstreamCommit => ({
  kind: 'commit',
  did: DID,
  timeUs: START_US + number * 1000,
  operation: 'create',
  collection: POSTS,
  rkey: `3m${String(number).padStart(11, '2')}`,
  rev: `3n${String(number).padStart(11, '2')}`,
  record: { $type: POSTS, createdAt: '2026-11-18T11:06:40.123Z', text: `post ${number}` },
  cid: 'bafyreicwunfhdzhddumzs5s7ta3zr3dnw2xxcf42offtxd2gwkxozz47ou',
  ...over,
});
/** Fields in the order of the recorded frames: create, delete, identity, account, account deleted. */
const V1_SHAPES = [
  'did time_us kind commit: rev operation collection rkey record cid',
  'did time_us kind commit: rev operation collection rkey',
  'did time_us kind identity: did seq time',
  'did time_us kind account: active did seq time',
  'did time_us kind account: active did seq status time',
];
type Frame = Record<string, unknown>;
const timeOf = (frame: Frame): number => (Number(frame['time_us']) - START_US) / 1000;
const payloadOf = (frame: Frame): Frame => (frame['payload'] ?? {}) as Frame;

describe('the fake Jetstream', () => {
  let jetstream: FakeJetstream;
  beforeEach(async () => {
    jetstream = await startFakeJetstream({ port: 0, pingMs: 20 });
  });
  afterEach(() => jetstream.stop());

  /** `take(n)` waits for the next n frames. */
  async function connect(address: string, protocols: string[] = []) {
    const socket = new WebSocket(address, protocols);
    const frames: Frame[] = [];
    socket.on('message', (data: Buffer) => {
      frames.push(JSON.parse(data.toString()) as Frame);
      socket.emit('frame');
    });
    const take = async (count: number): Promise<Frame[]> => {
      while (frames.length < count) await once(socket, 'frame');
      return frames.splice(0, count);
    };
    await once(socket, 'open');
    return { socket, take, waiting: frames };
  }
  /** Status and XRPC error of a refused upgrade. */
  async function refusal(address: string): Promise<string> {
    const socket = new WebSocket(address);
    const [, response] = (await once(socket, 'unexpected-response')) as [
      unknown,
      AsyncIterable<Buffer> & { statusCode: number },
    ];
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part);
    const { error } = JSON.parse(Buffer.concat(parts).toString()) as { error: string };
    return `${response.statusCode} ${error}`;
  }

  describe('v1', () => {
    it('sends frames with exactly the fields of the recorded ones', async () => {
      const client = await connect(`${jetstream.v1Url}?wantedCollections=${POSTS}`);
      jetstream.publish(aPost(1));
      const gone = aPost(2);
      const { did, timeUs, collection, rkey, rev } = gone;
      jetstream.publish({
        kind: 'commit',
        operation: 'delete',
        did,
        timeUs,
        collection,
        rkey,
        rev,
      });
      jetstream.publish({ kind: 'identity', did, timeUs: timeUs + 1 });
      jetstream.publish({ kind: 'account', did, timeUs: timeUs + 2, active: true });
      jetstream.publish({
        kind: 'account',
        did,
        timeUs: timeUs + 3,
        active: false,
        status: 'deleted',
      });
      const shapes = (await client.take(5)).map((frame) => {
        const inner = Object.keys(frame[String(frame['kind'])] as Frame);
        return `${Object.keys(frame).join(' ')}: ${inner.join(' ')}`;
      });
      expect(shapes).to.deep.equal(V1_SHAPES);
      client.socket.terminate();
    });

    it('filters commits by collection and lets identity and account events pass', async () => {
      const client = await connect(`${jetstream.v1Url}?wantedCollections=${POSTS}`);
      jetstream.publish(aPost(1, { collection: 'app.bsky.feed.like' }));
      jetstream.publish({ kind: 'account', did: DID, timeUs: START_US + 2000, active: true });
      jetstream.publish(aPost(3));
      const kinds = (await client.take(2)).map((frame) => frame['kind']);
      expect(kinds).to.deep.equal(['account', 'commit']);
      client.socket.terminate();
    });

    it('replays from a cursor, inclusive, then goes on live', async () => {
      for (const number of [1, 2, 4, 3, 5]) jetstream.publish(aPost(number));
      const client = await connect(`${jetstream.v1Url}?cursor=${START_US + 4000}`);
      jetstream.publish(aPost(6));
      // 3 was taken in after 4: a client that saw 4 last may not have it.
      expect((await client.take(4)).map(timeOf)).to.deep.equal([4, 3, 5, 6]);
      client.socket.terminate();
    });

    it('clamps an old cursor to the oldest event without a word', async () => {
      for (let number = 1; number <= 10; number += 1) jetstream.publish(aPost(number));
      jetstream.keepNewest(3);
      const client = await connect(`${jetstream.v1Url}?cursor=${START_US + 2000}`);
      expect((await client.take(3)).map(timeOf)).to.deep.equal([8, 9, 10]);
      expect(jetstream.faults.clampedCursors).to.equal(1);
      client.socket.terminate();
    });

    it('serves several clients, each its own filter', async () => {
      const all = await connect(jetstream.v1Url);
      const posts = await connect(`${jetstream.v1Url}?wantedCollections=${POSTS}`);
      jetstream.publish(aPost(1, { collection: 'app.bsky.feed.like' }));
      jetstream.publish(aPost(2));
      expect((await all.take(2)).map(timeOf)).to.deep.equal([1, 2]);
      expect((await posts.take(1)).map(timeOf)).to.deep.equal([2]);
      all.socket.terminate();
      posts.socket.terminate();
    });
  });

  describe('v2', () => {
    const commits = `?kinds=commit&collections=${POSTS}`;

    it('wraps each event in a message with a contiguous seq and speaks xrpc.v1.json', async () => {
      const client = await connect(`${jetstream.v2Url}${commits}`, ['xrpc.v1.json']);
      expect(client.socket.protocol).to.equal('xrpc.v1.json');
      jetstream.publish(aPost(1));
      jetstream.publish(aPost(2));
      const frames = await client.take(2);
      expect(frames.map((frame) => payloadOf(frame)['seq'])).to.deep.equal([1, 2]);
      expect(frames[0]?.['$type']).to.equal('message');
      expect(Object.keys(payloadOf(frames[0] ?? {}))).to.deep.equal([
        '$type',
        'seq',
        'did',
        'time',
        'rev',
        'operation',
        'collection',
        'rkey',
        'cid',
        'record',
      ]);
      expect(payloadOf(frames[0] ?? {})['time']).to.equal('2026-11-18T11:06:40.001000Z');
      client.socket.terminate();
    });

    it('replays from a seq and from a time', async () => {
      for (let number = 1; number <= 4; number += 1) jetstream.publish(aPost(number));
      for (const cursor of [3, START_US + 3000]) {
        const client = await connect(`${jetstream.v2Url}${commits}&cursor=${cursor}`);
        const seqs = (await client.take(2)).map((frame) => payloadOf(frame)['seq']);
        expect(seqs).to.deep.equal([3, 4]);
        client.socket.terminate();
      }
    });

    it('refuses a seq that is gone and announces a time that is gone', async () => {
      for (let number = 1; number <= 10; number += 1) jetstream.publish(aPost(number));
      jetstream.keepNewest(2);
      expect(await refusal(`${jetstream.v2Url}?cursor=3`)).to.equal('400 CursorTooOld');
      const client = await connect(`${jetstream.v2Url}?cursor=${START_US + 3000}`);
      const [info, first] = await client.take(2);
      expect(payloadOf(info ?? {})).to.include({ name: 'OutdatedCursor' });
      expect(payloadOf(first ?? {})['seq']).to.equal(9);
      client.socket.terminate();
    });

    it('refuses v1 parameter names, unknown kinds and paths', async () => {
      const bad = '400 InvalidRequest';
      expect(await refusal(`${jetstream.v2Url}?wantedCollections=${POSTS}`)).to.equal(bad);
      expect(await refusal(`${jetstream.v2Url}?kinds=posts`)).to.equal(bad);
      expect(await refusal(`${jetstream.v2Url}?kinds=account&collections=x`)).to.equal(bad);
      expect(await refusal(`${jetstream.v1Url}?cursor=yesterday`)).to.equal(bad);
      expect(await refusal(`${jetstream.wsUrl}/firehose`)).to.equal('404 NotFound');
    });

    it('answers a client that talks with an error frame and a close', async () => {
      const client = await connect(jetstream.v2Url);
      client.socket.send('{"type":"options_update"}');
      const [frame] = await client.take(1);
      expect(frame).to.include({ $type: 'error', error: 'InvalidRequest' });
      await once(client.socket, 'close');
    });

    it('ends a slow consumer with an error frame', async () => {
      const client = await connect(jetstream.v2Url);
      jetstream.kickSlowConsumers();
      expect((await client.take(1))[0]).to.include({ error: 'ConsumerTooSlow' });
      await once(client.socket, 'close');
    });
  });

  describe('faults', () => {
    it('pings, and is silent when told to be: what happened comes by cursor', async () => {
      const client = await connect(jetstream.v1Url);
      await once(client.socket, 'ping');
      jetstream.faults.silent = true;
      let pings = 0;
      client.socket.on('ping', () => (pings += 1));
      jetstream.publish(aPost(1));
      await new Promise((resolve) => setTimeout(resolve, 80));
      expect(client.waiting.length + Math.max(0, pings - 1)).to.equal(0);
      const late = await connect(`${jetstream.v1Url}?cursor=${START_US}`);
      jetstream.faults.silent = false;
      jetstream.publish(aPost(2));
      expect((await late.take(2)).map(timeOf)).to.deep.equal([1, 2]);
      expect((await client.take(1)).map(timeOf)).to.deep.equal([2]);
      client.socket.terminate();
      late.socket.terminate();
    });

    it('swaps pairs, repeats, sends garbage and drops', async () => {
      const client = await connect(jetstream.v1Url);
      jetstream.faults.swapPairs = true;
      for (const number of [1, 2, 3]) jetstream.publish(aPost(number));
      jetstream.faults.swapPairs = false;
      jetstream.publish(aPost(4));
      jetstream.repeatNewest(2);
      const numbers = (await client.take(6)).map(timeOf);
      expect(numbers).to.deep.equal([2, 1, 4, 3, 3, 4]);
      const texts: string[] = [];
      client.socket.removeAllListeners('message');
      client.socket.on('message', (data: Buffer) => {
        texts.push(data.toString());
        client.socket.emit('frame');
      });
      jetstream.sendRaw('{"did":"did:plc:');
      await once(client.socket, 'frame');
      expect(texts).to.deep.equal(['{"did":"did:plc:']);
      jetstream.dropConnections();
      const [code] = (await once(client.socket, 'close')) as [number];
      expect(code).to.equal(1006);
    });

    it('refuses connections with a status, and may ignore cursors', async () => {
      jetstream.faults.upgradeStatus = { status: 429, retryAfterSeconds: 2 };
      expect(await refusal(jetstream.v1Url)).to.equal('429 Unavailable');
      jetstream.faults.upgradeStatus = null;
      jetstream.faults.ignoreCursors = true;
      jetstream.publish(aPost(1));
      const client = await connect(`${jetstream.v1Url}?cursor=${START_US}`);
      jetstream.publish(aPost(2));
      expect((await client.take(1)).map(timeOf)).to.deep.equal([2]);
      client.socket.terminate();
    });
  });
});
