import type { SinkGate } from '@groundswell/connector';
import { GroundswellError } from '@groundswell/domain';
import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import {
  aDeletion,
  anAccount,
  anEdit,
  aPost,
  didOf,
  keyOf,
  SOURCE,
  startRig,
  textsOf,
  until,
  type PostAt,
  type Rig,
  type RigOptions,
} from './support.ts';

/** The rows of K20 that apply, each against a host that injects the fault and proves that it fired; both versions of the API. */
for (const api of ['v1', 'v2'] as const) {
  describe(`connect-social against a faulty host, API ${api}`, () => {
    let rig: Rig;
    const start = async (options: RigOptions = {}): Promise<void> => {
      rig = await startRig({ api, ...options });
      await until('subscription', () => rig.hosts.some((host) => host.connectionCount() > 0));
    };
    afterEach(async () => {
      await rig.stop();
      expect(rig.fatal).to.deep.equal([]);
      // Whatever happened: nothing that left names an account.
      const left = JSON.stringify(rig.sent('social.post.v1').concat(rig.sent('control.gap.v1')));
      expect(left).not.to.match(/did:/);
    });
    const say = (...texts: readonly string[]) =>
      texts.map((text) => {
        const post = aPost(text);
        rig.host.publish(post);
        return post;
      });
    const numbered = (from: number, to: number): string[] =>
      Array.from({ length: to - from + 1 }, (_, index) => `$TIDE number ${from + index}`);

    it('publishes posts that name an instrument, and counts the others', async () => {
      await start();
      const [post] = say('$TIDE looks strong', 'a nice lunch', 'rain again');
      await until('a post', () => rig.posts().length === 1);
      const [record] = rig.posts();
      expect(rig.sent('social.post.v1')[0]?.key).to.equal(keyOf(post!));
      expect(record).to.deep.include({
        eventId: `${keyOf(post!)}:${post!.rev}`,
        op: 'CREATE',
        refEventId: null,
        source: SOURCE,
        nativeId: keyOf(post!).slice(SOURCE.length + 1),
        nativeRev: post!.rev,
        eventTimeUs: post!.timeUs,
        text: '$TIDE looks strong',
        lang: 'en',
        storeText: true,
        redistributeText: true,
      });
      expect(record?.mentions.map((one) => one.instrumentId)).to.deep.equal(['crypto:TIDE-USD']);
      expect(record?.symbolsAsOf).to.match(/^\d{4}-\d\d-\d\d$/);
      await pause(30);
      expect(await rig.metricsText()).to.match(/skipped_total\{[^}]*reason="no_symbol"[^}]*\} 2/);
      expect(rig.host.faults.clientFrames).to.equal(0);
    });

    it('follows a post: an edit without symbols and a deletion still reach its readers', async () => {
      await start();
      const [post] = say('$TIDE up');
      const edited = anEdit(post!, 'never mind');
      rig.host.publish(edited);
      // The first revision once more: it must not come after the second.
      rig.host.publish(post!);
      const deleted = aDeletion(post!);
      rig.host.publish(deleted);
      await until('three records', () => rig.posts().length === 3);
      const [create, correct, cancel] = rig.posts();
      expect(correct).to.deep.include({
        op: 'CORRECT',
        refEventId: create?.eventId,
        text: 'never mind',
        mentions: [],
      });
      expect(cancel).to.deep.include({
        op: 'CANCEL',
        eventId: `${keyOf(post!)}:${deleted.rev}`,
        refEventId: correct?.eventId,
        text: null,
        mentions: [],
        urls: [],
        contentHash: '',
        simhash: '',
        lang: null,
      });
      expect(new Set(rig.sent('social.post.v1').map((one) => one.key))).to.deep.equal(
        new Set([keyOf(post!)]),
      );
    });

    it('dates no deletion ahead of its arrival: readers would refuse it, and keep the text', async () => {
      await start();
      const [post] = say('$TIDE up');
      rig.host.publish({ ...aDeletion(post!), timeUs: (Date.now() + 3_600_000) * 1000 });
      await until('both records', () => rig.posts().length === 2);
      const cancel = rig.posts()[1];
      expect(cancel?.op).to.equal('CANCEL');
      expect(cancel?.eventTimeUs).to.equal(cancel?.ingestTimeUs);
    });

    it('takes a post that gets its symbol by an edit as new, and cancels no post that never was published', async () => {
      await start();
      const [quiet, other] = say('good morning', 'good night');
      rig.host.publish(anEdit(quiet!, 'good morning $MOSS'));
      rig.host.publish(aDeletion(other!));
      rig.host.publish(aDeletion(quiet!));
      await until('two records', () => rig.posts().length === 2);
      await pause(30);
      expect(rig.posts().map(({ op, nativeId }) => [op, nativeId])).to.deep.equal([
        ['CREATE', keyOf(quiet!).slice(SOURCE.length + 1)],
        ['CANCEL', keyOf(quiet!).slice(SOURCE.length + 1)],
      ]);
    });

    it('takes back what it may have published and no longer knows, and nothing that is surely new', async () => {
      await start({ indexCapacity: 3 });
      const old = say('$TIDE 1')[0]!;
      say('$TIDE 2', '$TIDE 3', '$TIDE 4', '$TIDE 5');
      const quiet = say('small talk')[0]!;
      await until('5 posts', () => rig.posts().length === 5);
      rig.host.publish(aDeletion(quiet));
      const blind = aDeletion(old);
      rig.host.publish(blind);
      say('$TIDE 6');
      await until('the end', () => rig.posts().length === 7);
      expect(rig.posts().filter(({ op }) => op === 'CANCEL')).to.have.length(1);
      expect(rig.posts().find(({ op }) => op === 'CANCEL')).to.deep.include({
        eventId: `${keyOf(old)}:${blind.rev}`,
        refEventId: null,
        text: null,
      });
    });

    it('publishes no post after its own deletion, whichever frame came first', async () => {
      await start();
      const [late, known] = [aPost('$TIDE for a second'), aPost('$MOSS for a second')];
      const deletions = [aDeletion(late), aDeletion(known)] as const;
      for (const event of [deletions[0], late, known, deletions[1], known]) rig.host.publish(event);
      say('$VOLT stays');
      await until('the last post', () => rig.posts().length >= 3);
      await pause(30);
      const opsOf = (post: PostAt): string[] =>
        rig.posts().flatMap(({ op, nativeId }) => (keyOf(post).endsWith(nativeId) ? [op] : []));
      expect(opsOf(late)).to.deep.equal([]);
      expect(opsOf(known)).to.deep.equal(['CREATE', 'CANCEL']);
      expect(rig.posts()).to.have.length(3);
    });

    it('takes back every post of a deleted account once, and none of a suspended one', async () => {
      await start();
      const carol = didOf('carol');
      const mine = ['$TIDE a', '$MOSS b'].map((text) => aPost(text, { did: carol }));
      for (const post of mine) rig.host.publish(post);
      say('$VOLT of another');
      await until('three posts', () => rig.posts().length === 3);
      rig.host.publish(anAccount(carol, 'suspended'));
      await pause(50);
      expect(rig.posts()).to.have.length(3);
      rig.host.publish(anAccount(carol, 'deleted'));
      rig.host.publish(anAccount(carol, 'deleted'));
      await until('two cancellations', () => rig.posts().length === 5);
      await pause(30);
      const cancels = rig.posts().slice(3);
      expect(cancels.map(({ op, eventId, text }) => [op, eventId, text])).to.have.deep.members(
        mine.map((post) => ['CANCEL', `${keyOf(post)}:del`, null]),
      );
      expect(rig.posts()).to.have.length(5);
      await rig.restart();
      rig.host.publish(anAccount(carol, 'deleted'));
      say('$HELX after');
      await until('the next post', () => textsOf(rig.posts()).includes('$HELX after'));
      expect(rig.posts()).to.have.length(6);
    });

    it('reconnects after a drop, loses nothing and publishes nothing twice', async () => {
      await start();
      say(...numbered(1, 20));
      await until('20 posts', () => rig.posts().length === 20);
      rig.host.dropConnections();
      say(...numbered(21, 40));
      await until('second connection', () => rig.host.faults.connections >= 2);
      say(...numbered(41, 60));
      await until('60 posts', () => rig.posts().length === 60);
      await pause(30);
      expect(textsOf(rig.posts())).to.have.members(numbered(1, 60));
      expect(rig.gaps()).to.deep.equal([]);
      expect(rig.host.faults.replays).to.be.greaterThan(0);
    });

    it('counts repeated and swapped frames once', async () => {
      await start();
      rig.host.faults.swapPairs = true;
      say(...numbered(1, 10));
      rig.host.faults.swapPairs = false;
      rig.host.repeatNewest(10);
      await until('10 posts', () => rig.posts().length === 10);
      await pause(50);
      expect(textsOf(rig.posts())).to.have.members(numbered(1, 10));
      expect(await rig.metricsText()).to.match(/duplicates_total\{.*\} 10/);
    });

    it('goes on after a restart where it was, without what it had published', async () => {
      await start();
      say(...numbered(1, 10));
      await until('position', () => rig.posts().length === 10 && rig.positions.stored() !== null);
      await rig.follower().stop(500);
      const deleted = aDeletion(say('$TIDE number 11')[0]!);
      rig.host.publish(deleted);
      say(...numbered(12, 15));
      await rig.restart();
      say(...numbered(16, 20));
      await until('21 records', () => rig.posts().length === 21);
      await pause(30);
      expect(textsOf(rig.posts()).filter((text) => text !== null)).to.have.members(numbered(1, 20));
      expect(rig.posts().filter(({ op }) => op === 'CANCEL')).to.have.length(1);
      expect(rig.gaps()).to.deep.equal([]);
    });

    it('begins where it first started, even if it was killed before it saw a post', async () => {
      await start();
      await rig.follower().stop(500);
      expect(rig.positions.stored()?.seen).to.equal(false);
      say(...numbered(1, 5));
      await rig.restart();
      await until('5 posts', () => rig.posts().length === 5);
      // Nothing was seen before, so nothing can be missing.
      expect(rig.gaps()).to.deep.equal([]);
    });

    it('looks back as far as it is told at the very first start, and not again', async () => {
      const past = numbered(1, 5).map((text, nth) => ({
        ...aPost(text),
        timeUs: Date.now() * 1000 - 30_000_000 + nth,
      }));
      await start({ past, firstLookBackMs: 60_000 });
      await until('5 posts', () => rig.posts().length === 5);
      await rig.restart();
      say('$TIDE number 6');
      await until('another', () => rig.posts().length === 6);
      expect(rig.gaps()).to.deep.equal([]);
    });

    it('records one gap when the host no longer has where we were', async () => {
      await start();
      const [last] = say('$TIDE before').slice(-1);
      await until('a post', () => rig.positions.stored()?.timeUs === last!.timeUs);
      await rig.follower().stop(500);
      say(...numbered(1, 200));
      rig.host.keepNewest(5);
      await rig.restart();
      await until('a gap', () => rig.gaps().length === 1);
      await until('the rest', () => rig.posts().length === 6);
      const [gap] = rig.gaps();
      expect(gap).to.deep.include({
        source: SOURCE,
        stream: 'posts',
        fromTimeUs: last!.timeUs,
        toTimeUs: rig.posts()[1]?.eventTimeUs,
        fromId: null,
        reason: 'not_at_source',
        closed: false,
      });
      expect(rig.sent('control.gap.v1')[0]?.key).to.equal(`${SOURCE}/posts`);
      await until('told', () => rig.statuses().at(-1)?.state === 'GAP');
      expect(rig.statuses().at(-1)).to.include({ openGaps: 1, delivery: 'EXACT' });
    });

    it('lets the watchdog end a silent host in time and not earlier, although it answers pings, and asks the next', async () => {
      await start({ hosts: 2 });
      const [first, second] = rig.hosts;
      const busy = first!.connectionCount() > 0 ? first! : second!;
      const idle = busy === first ? second! : first!;
      const speak = setInterval(() => busy.publish(aPost('small talk')), 50);
      await pause(500);
      expect(busy.faults.connections).to.equal(1);
      clearInterval(speak);
      const silentSinceMs = Date.now();
      await until('the other host', () => idle.connectionCount() === 1);
      expect(Date.now() - silentSinceMs).to.be.within(200, 900);
      idle.publish(aPost('$TIDE on the other host'));
      await until('a post', () => rig.posts().length === 1);
      await until('a position there', () => rig.positions.stored()?.host === idle.wsUrl);
    });

    it('carries no sequence number to another host: it asks by time, some seconds earlier', async () => {
      await start({ hosts: 2, limits: { rewindSeq: 0 } });
      const [first, second] = rig.hosts;
      // Numbers of the second host are far behind those of the first.
      for (const text of numbered(1, 30)) first!.publish(aPost(text));
      await until('30 posts', () => rig.posts().length === 30);
      const both = numbered(31, 40).map((text) => aPost(text));
      for (const post of both) second!.publish(post);
      await first!.stop();
      await until('40 posts', () => rig.posts().length === 40);
      expect(second!.faults.replays).to.equal(1);
      expect(rig.gaps()).to.deep.equal([]);
    });

    it('resumes after a slow-consumer kick on the same host', async () => {
      await start({ hosts: 2 });
      say('$TIDE 1');
      await until('1 post', () => rig.posts().length === 1);
      rig.host.kickSlowConsumers();
      await until('connected again', () => rig.hosts.some((host) => host.connectionCount() > 0));
      rig.hosts[1]?.publish(aPost('$TIDE 2'));
      rig.host.publish(aPost('$TIDE 2'));
      await until('2 posts', () => rig.posts().length === 2);
      // v1 has no words for it: to us it is a closed connection.
      const expected = api === 'v2' ? 'SLOW' : 'NET';
      expect(await rig.metricsText()).to.match(
        new RegExp(`reconnects_total\\{[^}]*class="${expected}"[^}]*\\} 1`),
      );
      if (api === 'v2') expect(rig.host.faults.connections).to.equal(2);
    });

    it('asks nothing before the reset that a 429 names', async () => {
      rig = await startRig({ api });
      await until('subscription', () => rig.host.connectionCount() === 1);
      rig.host.faults.upgradeStatus = { status: 429, retryAfterSeconds: 1 };
      rig.host.dropConnections();
      await until('refused', () => rig.host.faults.refusedUpgrades === 1);
      const refusedAtMs = Date.now();
      rig.host.faults.upgradeStatus = null;
      await until('connected', () => rig.host.connectionCount() === 1);
      expect(Date.now() - refusedAtMs).to.be.at.least(950);
    });

    it('tries an authentication refusal once, stops and says so', async () => {
      await start();
      rig.host.faults.upgradeStatus = { status: 401, retryAfterSeconds: null };
      rig.host.dropConnections();
      await until('stopped', () => !rig.follower().readiness().ok);
      await pause(100);
      expect(rig.host.faults.refusedUpgrades).to.equal(1);
      // The dropped connection and the refused one.
      expect(rig.statuses().at(-1)).to.include({ state: 'STOPPED', reconnects: 2 });
    });

    it('dead-letters what it cannot read, without accounts and texts, and keeps the connection', async () => {
      await start();
      const did = didOf('dave');
      rig.host.sendRaw(`{"did":"${did}","time_us":17831758`);
      rig.host.publish(aPost('$TIDE secret words', { did, rkey: 'not:a:key' }));
      rig.host.publish(aPost('x', { did, record: { text: 7, langs: ['en'], note: 'more words' } }));
      say('$TIDE goes on');
      await until('a post', () => rig.posts().length === 1);
      await until('3 dead letters', () => rig.deadLetters().length === 3);
      expect(rig.deadLetters().map((one) => one.reason)).to.deep.equal([
        'not_json',
        'bad_rkey',
        'bad_record',
      ]);
      const bytes = rig.deadLetters().map((one) => Buffer.from(one.originalValue ?? []).toString());
      expect(bytes.join('\n')).not.to.match(/did:|words/);
      expect(bytes[0]).to.contain('"time_us":17831758');
      expect(rig.host.faults.connections).to.equal(1);
    });

    it('keeps its position and stops reading while Kafka refuses acks, and loses nothing', async () => {
      let refuse = false;
      const refusal = new GroundswellError('no', { code: 'GW_KAFKA_UNAVAILABLE', retriable: true });
      const gate = (): Promise<void> => (refuse ? Promise.reject(refusal) : Promise.resolve());
      await start({ gate, limits: { maxInFlight: 50 } });
      const before = say(...numbered(1, 10)).at(-1)!;
      await until('position', () => rig.positions.stored()?.timeUs === before.timeUs);
      refuse = true;
      const long = 'x'.repeat(2_000);
      say(...numbered(11, 2_000).map((text) => `${text} ${long}`));
      await pause(800);
      const frames = Number(
        /frames_total\{[^}]*kind="commit"[^}]*\} (\d+)/.exec(await rig.metricsText())?.[1],
      );
      expect(frames).to.be.lessThan(700);
      expect(rig.posts()).to.have.length(10);
      expect(rig.positions.stored()?.timeUs).to.equal(before.timeUs);
      refuse = false;
      await until('all posts', () => rig.posts().length === 2_000, 10_000);
      await until(
        'position at the end',
        () => (rig.positions.stored()?.timeUs ?? 0) > before.timeUs,
      );
      expect(new Set(textsOf(rig.posts())).size).to.equal(2_000);
    }).timeout(20_000);

    it('keeps the order of one post while the broker refuses some of its records', async () => {
      const refusals = new Map<string, number>();
      const refusal = new GroundswellError('no', { code: 'GW_KAFKA_UNAVAILABLE', retriable: true });
      // What comes first is refused twice, what comes after it never: whoever does not wait overtakes.
      const gate: SinkGate = ({ eventId, record }) => {
        const count = refusals.get(eventId) ?? 0;
        if ((record as { op?: string }).op !== 'CREATE' || count === 2) return Promise.resolve();
        refusals.set(eventId, count + 1);
        return Promise.reject(refusal);
      };
      await start({ gate });
      const posts = numbered(1, 20).map((text) => aPost(text));
      for (const post of posts) {
        rig.host.publish(post);
        rig.host.publish(aDeletion(post));
      }
      await until('40 records', () => rig.posts().length === 40, 5_000);
      for (const post of posts) {
        const ops = rig.sent('social.post.v1').filter((one) => one.key === keyOf(post));
        expect(ops.map((one) => (one.record as { op: string }).op)).to.deep.equal([
          'CREATE',
          'CANCEL',
        ]);
      }
    }).timeout(10_000);
  });
}

describe('connect-social and positions of API v2', () => {
  let rig: Rig;
  afterEach(() => rig.stop());

  it('falls back to its time when the host no longer knows its number', async () => {
    rig = await startRig({ api: 'v2', limits: { rewindSeq: 0 } });
    await until('subscription', () => rig.host.connectionCount() === 1);
    for (let count = 1; count <= 5; count += 1) rig.host.publish(aPost(`$TIDE ${count}`));
    await until('5 posts', () => rig.posts().length === 5);
    await rig.follower().stop(500);
    for (let count = 6; count <= 40; count += 1) rig.host.publish(aPost(`$TIDE ${count}`));
    rig.host.keepNewest(20);
    await rig.restart();
    await until('the rest', () => rig.posts().length === 25);
    expect(rig.host.faults.badRequests).to.equal(1);
    expect(rig.gaps()).to.have.length(1);
    expect(await rig.metricsText()).to.match(/reconnects_total\{[^}]*class="CURSOR"[^}]*\} 1/);
  });

  it('takes no offence at a notice about a time that is ahead of the host', async () => {
    rig = await startRig({ api: 'v2' });
    await until('subscription', () => rig.host.connectionCount() === 1);
    const $type = 'network.bsky.jetstream.subscribeEvents#info';
    const payload = { $type, name: 'FutureCursor', message: 'started at the live tip' };
    rig.host.sendRaw(JSON.stringify({ $type: 'message', payload }));
    rig.host.publish(aPost('$TIDE goes on'));
    await until('the post', () => rig.posts().length === 1);
    expect(rig.host.faults.connections).to.equal(1);
  });

  it('asks again by time when the host was made anew and its numbers began again', async () => {
    rig = await startRig({ api: 'v2' });
    await until('subscription', () => rig.host.connectionCount() === 1);
    await rig.follower().stop(500);
    const position = {
      host: rig.host.wsUrl,
      timeUs: Date.now() * 1000,
      seq: 1_000_000,
      seen: true,
    };
    const { epoch } = await rig.positions.acquire();
    await rig.positions.save(epoch, position);
    rig.host.publish(aPost('$TIDE after'));
    const replaysBefore = rig.host.faults.replays;
    await rig.restart();
    await until('the post', () => rig.posts().length === 1);
    expect(rig.host.faults.replays - replaysBefore).to.equal(2);
  });
});
