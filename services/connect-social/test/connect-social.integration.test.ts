import { openServiceLane, type RunningService, type ServiceLane } from '@groundswell/testkit';
import {
  startFakeJetstream,
  type FakeJetstream,
  type JetstreamCommit,
  type JetstreamEvent,
} from '@groundswell/simulator';
import type { SocialPost } from '@groundswell/schemas';
import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { createPostgresPositionStore } from '../src/adapters/position-store.ts';
import { createAuthorKeys } from '../src/core/author-key.ts';
import { aDeletion, anAccount, anEdit, aPost, didOf } from './support.ts';

const ENTRY = 'services/connect-social/src/main.ts';
const KEY = 'a key of the integration test';
const SOURCE = 'bluesky-world';
const authors = createAuthorKeys(SOURCE, [{ version: 1, key: KEY }]);
const nativeIdOf = ({ did, rkey }: JetstreamCommit): string => `${authors.current(did)}/${rkey}`;

describe('connect-social on the real broker and Postgres', function () {
  this.timeout(90_000);
  let lane: ServiceLane;
  let hosts: readonly FakeJetstream[];
  let service: RunningService;
  let output = '';

  const start = (): Promise<RunningService> =>
    lane.start(ENTRY, {
      SOURCES: 'world',
      BLUESKY_URLS: hosts.map((host) => host.wsUrl).join(','),
      AUTHOR_HMAC_KEY_V1: KEY,
    });
  async function kill(signal: NodeJS.Signals): Promise<number | null> {
    output += service.output();
    return service.kill(signal);
  }
  const publish = (event: JetstreamEvent): void => {
    for (const host of hosts) host.publish(event);
  };
  const positionUs = async (): Promise<number> => {
    const [row] = await lane.database.query<{ position: { time_us: number } | null }>(
      `SELECT position FROM connector_cursor WHERE connector = 'bluesky-world-v1'`,
    );
    return row?.position?.time_us ?? 0;
  };
  const reached = (event: JetstreamEvent): Promise<void> =>
    waitFor('the position', async () => (await positionUs()) >= event.timeUs);
  const connected = (): Promise<void> =>
    waitFor('a connection', () => hosts.some((host) => host.connectionCount() > 0));

  before(async () => {
    lane = await openServiceLane(process.env);
    hosts = [await startFakeJetstream({ port: 0 }), await startFakeJetstream({ port: 0 })];
    service = await start();
    await connected();
  });
  after(async () => {
    await lane.close();
    for (const host of hosts) await host.stop();
  });

  it('brings every post that names an instrument into the topic, through drops and kills, and takes back what was taken back', async () => {
    const published: JetstreamCommit[] = [];
    const deleted = new Set<string>();
    const edited = new Map<string, string>();
    const say = (text: string, did = didOf('alice')): JetstreamCommit => {
      const post = aPost(text, { did });
      publish(post);
      if (text.includes('$')) published.push(post);
      return post;
    };
    for (let round = 0; round < 12; round += 1) {
      for (let count = 0; count < 50; count += 1) {
        const author = didOf(`author${'abcdefg'[count % 7] ?? ''}`);
        say(
          count % 5 === 0 ? `small talk ${round} ${count}` : `$TIDE and $MOSS ${round} ${count}`,
          author,
        );
      }
      // Posts of earlier rounds, some from before a kill, are edited and deleted.
      const [first, second] = [published[round * 17], published[round * 11 + 3]];
      if (first !== undefined && !deleted.has(nativeIdOf(first))) {
        publish(anEdit(first, `never mind ${round}`));
        edited.set(nativeIdOf(first), `never mind ${round}`);
      }
      if (second !== undefined) {
        publish(aDeletion(second));
        deleted.add(nativeIdOf(second));
      }
      await pause(25);
      if (round === 3) for (const host of hosts) host.dropConnections();
      if (round === 5 || round === 8) {
        await kill('SIGKILL');
        service = await start();
        await connected();
      }
    }
    const gone = didOf('authorc');
    publish(anAccount(gone, 'deleted'));
    const last = say('$VOLT is the last');
    await reached(last);

    const records = await lane.read('social.post.v1');
    /** The newest record per key: what a reader of the compacted topic is left with. */
    const state = new Map<string, SocialPost>();
    for (const { key, record, headers } of records) {
      expect(key).to.equal(`${SOURCE}:${record.nativeId}`);
      expect(headers['event_id']).to.equal(record.eventId);
      state.set(record.nativeId, record);
    }
    expect([...state.keys()]).to.have.members(published.map(nativeIdOf));
    for (const post of published) {
      const nativeId = nativeIdOf(post);
      const newest = state.get(nativeId);
      if (deleted.has(nativeId) || post.did === gone) {
        expect(newest, nativeId).to.deep.include({ op: 'CANCEL', text: null, mentions: [] });
      } else {
        const text = edited.get(nativeId) ?? post.record?.['text'];
        expect(newest?.text, nativeId).to.equal(text);
        expect(newest?.op).to.equal(edited.has(nativeId) ? 'CORRECT' : 'CREATE');
      }
    }
    expect(deleted.size).to.be.greaterThan(5);
    // At least once, under ids that depend on the source only.
    const again = records.length - new Set(records.map(({ record }) => record.eventId)).size;
    expect(again).to.be.lessThan(records.length / 2);
    expect(await lane.read('control.gap.v1')).to.deep.equal([]);
  });

  it('knows after a restart what it published before, without the frames of then', async () => {
    const old = aPost('$HELX, to be deleted later', { did: didOf('zoe') });
    publish(old);
    await reached(old);
    expect(await kill('SIGTERM')).to.equal(0);
    for (const host of hosts) host.keepNewest(0);
    service = await start();
    await connected();
    publish(aDeletion(old));
    const last = aPost('$HELX again');
    publish(last);
    await reached(last);
    const ops = (await lane.read('social.post.v1'))
      .filter(({ record }) => record.nativeId === nativeIdOf(old))
      .map(({ record }) => [record.op, record.refEventId]);
    expect(ops).to.deep.equal([
      ['CREATE', null],
      ['CANCEL', `${SOURCE}:${nativeIdOf(old)}:${old.rev}`],
    ]);
    // What the hosts forgot is named.
    expect(await lane.read('control.gap.v1')).to.have.length(1);
  });

  it('leaves no account in any topic, position or log', async () => {
    for (const host of hosts) host.sendRaw(`{"did":"${didOf('erin')}","time_us":`);
    await waitFor(
      'a dead letter',
      async () => (await lane.read('control.dead-letter.v1')).length > 0,
    );
    await kill('SIGTERM');
    const cursors = await lane.database.query('SELECT * FROM connector_cursor');
    const topics = await Promise.all([
      lane.read('social.post.v1'),
      lane.read('control.gap.v1'),
      lane.read('control.source-status.v1'),
    ]);
    const letters = await lane.read('control.dead-letter.v1');
    const bytes = letters.map(({ record }) => Buffer.from(record.originalValue ?? []).toString());
    const everything =
      JSON.stringify([cursors, topics, bytes, letters.map(({ key }) => key)]) + output;
    expect(everything).to.contain('v1:');
    expect(everything).not.to.match(/did:plc/);
    expect(topics[2].at(-1)?.record).to.include({
      source: SOURCE,
      stream: 'posts',
      delivery: 'EXACT',
    });
  });

  it('fences an older owner of the position', async () => {
    const store = createPostgresPositionStore(lane.database, 'fence-test');
    const position = {
      host: 'ws://a.example',
      timeUs: 1_783_175_888_090_631,
      seq: null,
      seen: true,
    };
    const first = await store.acquire();
    expect(first.position).to.equal(null);
    expect(await store.save(first.epoch, position)).to.equal(true);
    const second = await store.acquire();
    expect(second.position).to.deep.equal(position);
    expect(await store.save(first.epoch, { ...position, seq: 3 })).to.equal(false);
    expect(await store.save(second.epoch, { ...position, seq: 4 })).to.equal(true);
    expect((await store.acquire()).position).to.deep.equal({ ...position, seq: 4 });
  });
});

async function waitFor(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await pause(50);
  }
}
