import { expect } from 'chai';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { parseExactJson } from '../src/exact-json.ts';
import { openSession, type Session } from '../src/session.ts';
import type { FrameOutcome } from '../src/source.ts';

/** A venue whose frames are the outcomes themselves: what is tested is the session, not a protocol. */
describe('a session', () => {
  let server: WebSocketServer;
  let session: Session;
  let venue: WebSocket;
  let wanted: readonly string[];
  const asked: string[] = [];
  const seen: FrameOutcome[] = [];
  const confirmed: (readonly string[])[] = [];
  const say = (frame: FrameOutcome | readonly FrameOutcome[]): void => {
    venue.send(JSON.stringify(frame));
  };
  const ignored = (what: string): FrameOutcome => ({ kind: 'ignored', what });
  /** Everything said before has been read once its own last word was. */
  const read = async (): Promise<void> => {
    say(ignored('end'));
    while (seen.pop()?.kind !== 'ignored') await new Promise((resolve) => setTimeout(resolve, 5));
  };

  beforeEach(async () => {
    for (const list of [asked, seen, confirmed]) list.length = 0;
    wanted = ['a', 'b'];
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const opened = once(server, 'connection') as Promise<[WebSocket]>;
    session = openSession({
      url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
      stageMs: 2000,
      watchdogMs: 2000,
      maxFrameBytes: 10_000,
      nowMs: () => performance.now(),
      wanted: () => wanted,
      subscribeText: (streams) => streams.join(),
      parse: (text) => JSON.parse(text) as FrameOutcome | readonly FrameOutcome[],
      onConfirmed: (extra) => confirmed.push(extra),
      onOutcome: (outcome) => seen.push(outcome),
    });
    [venue] = await opened;
    venue.on('message', (data) => asked.push((data as Buffer).toString()));
    await once(venue, 'message');
  });
  afterEach(async () => {
    session.close('over');
    await session.ended;
    server.close();
  });

  it('hands on every row of a frame, in order', async () => {
    say([ignored('1'), ignored('2'), { kind: 'heartbeat', stream: 'a', lastId: 3 }]);
    while (seen.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen.map((one) => (one.kind === 'ignored' ? one.what : one.kind))).to.deep.equal([
      '1',
      '2',
      'heartbeat',
    ]);
  });

  it('is confirmed by the last of the acknowledgements that come one by one', async () => {
    say({ kind: 'acknowledged', stream: 'a' });
    await read();
    expect(confirmed).to.deep.equal([]);
    say({ kind: 'acknowledged', stream: 'b' });
    await read();
    expect(confirmed).to.deep.equal([[]]);
  });

  it('does not ask again for what was acknowledged when a refused stream leaves the wanted set', async () => {
    say({ kind: 'acknowledged', stream: 'a' });
    await read();
    wanted = ['a'];
    session.resubscribe();
    await read();
    expect(confirmed).to.deep.equal([[]]);
    expect(asked).to.deep.equal(['a,b']);
  });

  it('asks again for all where a refusal undid the whole subscription', async () => {
    wanted = ['b'];
    session.resubscribe();
    await once(venue, 'message');
    expect(asked).to.deep.equal(['a,b', 'b']);
  });

  it('takes nothing more from a frame after a row that ended the connection', async () => {
    say([{ kind: 'failure', backoff: 'STOP', reason: 'no', stream: null }, ignored('late')]);
    expect(await session.ended).to.include({ backoff: 'STOP', reason: 'no' });
    expect(seen).to.deep.equal([]);
  });
});

describe('exact JSON', () => {
  it('keeps numbers as the texts they were, however deep', () => {
    const text = '{"a":[0.5150,1e-7,{"id":90071992547409931}],"b":"1","c":null,"d":true}';
    expect(parseExactJson(text)).to.deep.equal({
      a: ['0.5150', '1e-7', { id: '90071992547409931' }],
      b: '1',
      c: null,
      d: true,
    });
  });
});
