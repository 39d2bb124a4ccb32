import {
  brigadesOf,
  calmSocialPlan,
  createSocialDispatcher,
  createSocialWorld,
  createWorld,
  createWorldLedger,
  deletedAccountsOf,
  deliverSocialDue,
  noSocialFaults,
  postEventId,
  postsOf,
  roughSocialPlan,
  standingPostsOf,
  startFakeJetstream,
  worldInstruments,
  type JetstreamCommit,
  type JetstreamEvent,
  type PostFate,
  type SocialDelivery,
  type SocialPlan,
  type WorldLedger,
  type WorldOptions,
} from '@groundswell/simulator';
import { expect } from 'chai';
import { once } from 'node:events';
import { WebSocket } from 'ws';

const START_US = 1_795_000_000_000_000;
const POSTS = 'app.bsky.feed.post';
const market: WorldOptions = {
  seed: 7,
  startUs: START_US,
  ratePerSecond: 5,
  instruments: worldInstruments,
  investors: [],
};
interface Run {
  readonly ledger: WorldLedger;
  readonly deliveries: readonly SocialDelivery[];
}

function run(plan: SocialPlan, seconds: number): Run {
  const people = createSocialWorld({
    seed: 7,
    startUs: START_US,
    postsPerSecond: 4,
    world: market,
  });
  people.follow(createWorld(market).snapshot());
  const ledger = createWorldLedger({ keep: true });
  const dispatcher = createSocialDispatcher(people, { seed: 7, plan, ledger });
  const deliveries: SocialDelivery[] = [];
  for (;;) {
    const delivery = dispatcher.nextDue(START_US + seconds * 1e6);
    if (delivery === undefined) return { ledger, deliveries };
    deliveries.push(delivery);
  }
}
const eventsOf = ({ deliveries }: Run): JetstreamEvent[] =>
  deliveries.flatMap((one) => (one.kind === 'event' ? [one.event] : []));
const commitsOf = (all: Run): JetstreamCommit[] =>
  eventsOf(all).flatMap((one) => (one.kind === 'commit' && one.collection === POSTS ? [one] : []));
const idOf = ({ did, rkey, rev }: { did: string; rkey: string; rev: string }): string =>
  `${did} ${rkey} ${rev}`;

describe('planting faults into posts', () => {
  let rough: Run;
  before(() => {
    rough = run(roughSocialPlan, 3000);
  });
  const withFate = (fate: PostFate) =>
    postsOf(rough.ledger)
      .filter((entry) => entry.fate === fate)
      .map(({ post }) => post);
  /** When each revision was sent. */
  const sentAt = new Map<string, number[]>();
  before(() => {
    for (const one of rough.deliveries) {
      if (one.kind !== 'event' || one.event.kind !== 'commit') continue;
      const id = idOf(one.event);
      sentAt.set(id, [...(sentAt.get(id) ?? []), one.atUs]);
    }
  });
  const sent = (post: { did: string; rkey: string; rev: string }): readonly number[] =>
    sentAt.get(idOf(post)) ?? [];

  it('changes what happens to posts, never what people write first', () => {
    const written = (plan: SocialPlan): string[] =>
      postsOf(run(plan, 300).ledger)
        .filter(({ post }) => post.op === 'create')
        .map(({ post }) => `${idOf(post)} ${post.text}`);
    const plain = written(noSocialFaults);
    expect(plain.length).to.be.greaterThan(900);
    expect(written(roughSocialPlan)).to.deep.equal(plain);
    expect(written(calmSocialPlan)).to.deep.equal(plain);
  });

  it('delivers in time order, each distinct event of the ledger at least once', () => {
    const times = rough.deliveries.map(({ atUs }) => atUs);
    expect(times).to.deep.equal([...times].sort((a, b) => a - b));
    const delivered = new Set(commitsOf(rough).map(idOf));
    const known = new Set(postsOf(rough.ledger).map(({ post }) => idOf(post)));
    expect([...delivered].filter((id) => !known.has(id))).to.deep.equal([]);
    const waiting = [...known].filter((id) => !delivered.has(id));
    // What was to come after the end of the run.
    expect(waiting.length).to.be.lessThan(60);
    expect(known.size).to.equal(postsOf(rough.ledger).length);
  });

  it('plants each fault of a rough plan and counts it', () => {
    const counts = rough.ledger.counts();
    for (const fate of Object.keys(roughSocialPlan)) {
      const names: Record<string, string> = {
        tooLate: 'post/too-late',
        edit: 'post/edited',
        delete: 'post/deleted',
        garbage: 'social-frame/garbage',
      };
      expect(counts[names[fate] ?? `post/${fate}`], fate).to.be.greaterThan(10);
    }
    expect(counts['post/edit']).to.equal(counts['post/edited']);
    expect(counts['post/deletion']).to.equal(counts['post/deleted']);
    expect(counts['brigade/planted']).to.be.greaterThan(5);
    expect(counts['account/deleted']).to.be.greaterThan(1);
  });

  it('sends duplicates and replays twice, late ones late, others once', () => {
    const end = START_US + 2400e6;
    const early = (fate: PostFate) => withFate(fate).filter(({ timeUs }) => timeUs < end);
    for (const fate of ['duplicate', 'replayed'] as const) {
      for (const post of early(fate)) expect(sent(post).length, fate).to.equal(2);
    }
    for (const post of early('late')) {
      expect((sent(post)[0] ?? 0) - post.timeUs).to.be.within(20e6, 481e6);
    }
    for (const post of early('normal').slice(0, 500)) expect(sent(post).length).to.equal(1);
    for (const post of withFate('too-late')) {
      expect((sent(post)[0] ?? 0) - post.timeUs).to.be.greaterThan(7800e6);
    }
    for (const post of withFate('future')) {
      expect(post.timeUs - (sent(post)[0] ?? 0)).to.be.greaterThan(119e6);
    }
  });

  it('edits under the same key with a newer revision, and deletes without a record', () => {
    const first = new Map(withFate('edited').map((post) => [post.did + post.rkey, post]));
    const edits = withFate('edit');
    for (const edit of edits) {
      const original = first.get(edit.did + edit.rkey);
      expect(original?.rev).to.satisfy((rev: string) => rev < edit.rev);
      expect(edit.op).to.equal('update');
      // The digits that make times unique.
      expect(edit.timeUs % 1000).to.equal((original?.timeUs ?? 0) % 1000);
    }
    expect(
      edits.filter((edit) => edit.text !== first.get(edit.did + edit.rkey)?.text),
    ).not.to.deep.equal([]);
    const gone = commitsOf(rough).filter(({ operation }) => operation === 'delete');
    expect(gone.length).to.be.greaterThan(100);
    for (const commit of gone) expect(commit).not.to.have.any.keys('record', 'cid');
  });

  it('keeps times unique whatever is planted', () => {
    const times = postsOf(rough.ledger).map(({ post }) => post.timeUs);
    expect(new Set(times).size).to.equal(times.length);
  });

  it('sends nothing of an account after it was deleted', () => {
    const gone = new Set<string>();
    for (const event of eventsOf(rough)) {
      if (event.kind === 'account' && !event.active) gone.add(event.did);
      else expect(gone.has(event.did), event.did).to.equal(false);
    }
    expect(gone.size).to.be.greaterThan(1);
    expect([...gone]).to.have.members([...deletedAccountsOf(rough.ledger)]);
  });

  it('knows what stands in the end: newest revisions, nothing deleted, nothing of the future', () => {
    const standing = new Map(standingPostsOf(rough.ledger).map((post) => [idOf(post), post]));
    const is = (post: { did: string; rkey: string; rev: string }) => standing.has(idOf(post));
    const gone = deletedAccountsOf(rough.ledger);
    expect(withFate('edited').some(is)).to.equal(false);
    expect(withFate('deleted').some(is)).to.equal(false);
    expect(withFate('deletion').some(is)).to.equal(false);
    expect(withFate('future').some(is)).to.equal(false);
    expect(withFate('edit').every((post) => is(post) || gone.has(post.did))).to.equal(true);
    expect([...standing.values()].some(({ did }) => gone.has(did))).to.equal(false);
  });

  it('goes on from a snapshot with the same deliveries', () => {
    const people = () =>
      createSocialWorld({ seed: 7, startUs: START_US, postsPerSecond: 4, world: market });
    const options = { seed: 7, plan: roughSocialPlan, ledger: createWorldLedger({ keep: false }) };
    const firstPeople = people();
    const first = createSocialDispatcher(firstPeople, options);
    const drain = (dispatcher: typeof first, seconds: number): SocialDelivery[] => {
      const all: SocialDelivery[] = [];
      for (;;) {
        const one = dispatcher.nextDue(START_US + seconds * 1e6);
        if (one === undefined) return all;
        all.push(one);
      }
    };
    drain(first, 60);
    const memory = JSON.stringify([firstPeople.snapshot(), first.snapshot()]);
    const [world, dispatcher] = JSON.parse(memory) as [
      ReturnType<typeof firstPeople.snapshot>,
      ReturnType<typeof first.snapshot>,
    ];
    const again = createSocialWorld(
      { seed: 7, startUs: START_US, postsPerSecond: 4, world: market },
      world,
    );
    const resumed = createSocialDispatcher(again, options, dispatcher);
    expect(drain(resumed, 200)).to.deep.equal(drain(first, 200));
  });
});

describe('posts on the wire', () => {
  it('arrive as the ledger tells, the past by cursor, facets in UTF-8 bytes', async () => {
    const jetstream = await startFakeJetstream({ port: 0 });
    const people = createSocialWorld({
      seed: 7,
      startUs: START_US,
      postsPerSecond: 4,
      world: market,
    });
    const ledger = createWorldLedger({ keep: true });
    const plan = { ...noSocialFaults, edit: 0.05, delete: 0.05 };
    const dispatcher = createSocialDispatcher(people, { seed: 7, plan, ledger });
    deliverSocialDue(dispatcher, jetstream, START_US + 600e6);
    const address = `${jetstream.v1Url}?wantedCollections=${POSTS}&cursor=1`;
    const socket = new WebSocket(address);
    const frames: { kind: string; did: string; time_us: number; commit: JetstreamCommit }[] = [];
    socket.on('message', (data: Buffer) => {
      frames.push(JSON.parse(data.toString()) as (typeof frames)[number]);
      socket.emit('frame');
    });
    await once(socket, 'open');
    const known = new Map(postsOf(ledger).map(({ post }) => [idOf(post), post]));
    const { pending } = dispatcher.snapshot();
    const expected = known.size - pending.filter((one) => one.kind === 'event').length;
    const commits = () => frames.filter(({ kind }) => kind === 'commit');
    while (commits().length < expected) await once(socket, 'frame');
    let facetCount = 0;
    for (const { did, time_us: timeUs, commit } of commits()) {
      const truth = known.get(idOf({ ...commit, did }));
      expect(truth?.timeUs).to.equal(timeUs);
      expect(commit.operation).to.equal(truth?.op);
      const record = (commit.record ?? {}) as {
        text?: string;
        facets?: { features: { tag?: string; uri?: string }[]; index: Record<string, number> }[];
      };
      if (truth?.op === 'delete') continue;
      expect(record.text).to.equal(truth?.text);
      for (const { features, index } of record.facets ?? []) {
        const bytes = Buffer.from(record.text ?? '');
        const raw = bytes.subarray(index['byteStart'], index['byteEnd']).toString();
        const [feature] = features;
        expect(raw).to.equal(feature?.uri?.replace('https://', '') ?? `#${feature?.tag ?? ''}`);
        facetCount += 1;
      }
    }
    expect(facetCount).to.be.greaterThan(100);
    expect(brigadesOf(ledger)).to.deep.equal([]);
    socket.terminate();
    await jetstream.stop();
  });

  it('have the event id of their source, author key, record key and revision', () => {
    const id = postEventId('bluesky-world', 'v1:abc', { rkey: '3maaa', rev: '3mbbb' });
    expect(id).to.equal('bluesky-world:at://v1:abc/app.bsky.feed.post/3maaa:3mbbb');
  });
});
