import {
  createBrokerClient,
  createWorldLedger,
  startSocial,
  worldInstruments,
  createWorld,
  readConfig,
  type BrokerItem,
  type JetstreamEvent,
  type SavedSocial,
} from '@groundswell/simulator';
import { expect } from 'chai';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const NOW_US = 1_795_000_000_000_000;
const market = {
  seed: 7,
  startUs: NOW_US,
  ratePerSecond: 5,
  instruments: worldInstruments,
  investors: [],
};

/** People on a clock of our own; what they publish, in order. */
function start(
  nowUs: number,
  saved: (SavedSocial & { readonly reproducible: boolean }) | null = null,
) {
  const events: JetstreamEvent[] = [];
  const ledger = createWorldLedger({ keep: true });
  const people = startSocial(
    {
      seed: 7,
      plan: 'calm',
      ledger,
      postsPerSecond: 4,
      pastMinutes: 10,
      world: market,
      market: createWorld(market).snapshot(),
      nowUs,
    },
    { publish: (event) => events.push(event), sendRaw: () => undefined },
    saved,
  );
  return { people, events, ledger };
}

describe('people on the wall clock', () => {
  it('begin with a past to replay, without brigades', () => {
    const { events, ledger } = start(NOW_US);
    expect(events.length).to.be.within(1800, 3200);
    const first = Math.min(...events.map(({ timeUs }) => timeUs));
    expect((NOW_US - first) / 60e6).to.be.within(9.8, 10.1);
    expect(ledger.counts()['brigade/planted']).to.equal(undefined);
  });

  it('make again after a restart, to the byte, what was published since the snapshot', () => {
    const first = start(NOW_US);
    first.people.turn(NOW_US + 50e6, Infinity);
    const memory = JSON.stringify(first.people.snapshot());
    const before = first.events.length;
    first.people.turn(NOW_US + 130e6, Infinity);
    const saved = { ...(JSON.parse(memory) as SavedSocial), reproducible: true };
    const second = start(NOW_US + 110e6, saved);
    second.people.turn(NOW_US + 130e6, Infinity);
    expect(first.events.length - before).to.be.greaterThan(200);
    expect(second.events).to.deep.equal(first.events.slice(before));
  });

  it('do not make up what happened while nobody was there for hours', () => {
    const first = start(NOW_US);
    const saved = { ...first.people.snapshot(), reproducible: false };
    const second = start(NOW_US + 7200e6, saved);
    // A few edits and closed accounts that were on their way.
    expect(second.events.length).to.be.lessThan(40);
    second.people.turn(NOW_US + 7260e6, Infinity);
    expect(second.events.length).to.be.within(100, 900);
  });
});

describe('the settings of the world', () => {
  const read = (env: Record<string, string>) => {
    const answer = readConfig(env);
    return 'config' in answer ? answer.config : answer.mistakes;
  };

  it('let one post come for 25 trades, and no silence', () => {
    expect(read({})).to.include({ jetstreamPort: 8085, postsPerSecond: 4, pastMinutes: 70 });
    expect(read({ RATE: '500' })).to.include({ postsPerSecond: 20 });
    expect(read({ RATE: '500', POSTS_PER_SECOND: '0' })).to.include({ postsPerSecond: 0 });
    expect(read({})).to.deep.include({ silence: { everySeconds: 0, seconds: [20, 60] } });
  });

  it('are refused in one sentence each', () => {
    expect(read({ POSTS_PER_SECOND: 'many', JETSTREAM_PORT: '-1' })).to.deep.equal([
      'JETSTREAM_PORT must be a number from 0 to 65535.',
      'POSTS_PER_SECOND must be a number from 0 to 10000.',
    ]);
  });
});

describe('a held broker', () => {
  it('posts nothing, then everything in order', async () => {
    const bodies: BrokerItem[][] = [];
    const ingest = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const items = JSON.parse(Buffer.concat(parts).toString()) as BrokerItem[];
        bodies.push(items);
        response.end(JSON.stringify({ results: items.map(() => ({ status: 'accepted' })) }));
      });
    });
    await new Promise<void>((resolve) => ingest.listen(0, '127.0.0.1', resolve));
    const { port } = ingest.address() as AddressInfo;
    const broker = createBrokerClient({
      url: `http://127.0.0.1:${port}/`,
      secret: `whsec_${Buffer.from('a secret of the test').toString('base64')}`,
      nowMs: () => Date.now(),
    });
    const item = (id: string): BrokerItem => ({
      id,
      investor: 'demo-01',
      account: 'demo-01-main',
      kind: 'DEPOSIT',
      event_time: '2026-11-18T11:06:40Z',
    });
    broker.hold(true);
    for (const id of ['1', '2', '3']) broker.add(item(id));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(bodies).to.deep.equal([]);
    broker.hold(false);
    await broker.idle();
    expect(bodies.flat().map(({ id }) => id)).to.deep.equal(['1', '2', '3']);
    ingest.close();
  });
});
