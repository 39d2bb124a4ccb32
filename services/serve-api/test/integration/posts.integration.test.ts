import { expect } from 'chai';
import { formatIsoUs } from '@groundswell/domain';
import { btcMood, mention, t0 } from './records.ts';
import { makeRig, type Answer, type Api, type Rig } from './rig.ts';

const path = `/v1/instruments/${btcMood}/posts`;
const at = (second: number): string => encodeURIComponent(formatIsoUs(t0 + second * 1_000_000));

interface Post {
  readonly post_id: string;
  readonly author_key: string;
  readonly text: string | null;
  readonly weight: number | null;
  readonly share: number | null;
}

const postsOf = ({ body }: Answer): readonly Post[] => body.items as unknown as readonly Post[];
const idsOf = (answer: Answer): string[] =>
  postsOf(answer).map(({ post_id }) => post_id.split(':')[1] ?? '');

describe('posts over HTTP', function () {
  this.timeout(60_000);
  let rig: Rig;
  let api: Api;

  before(async () => {
    rig = await makeRig();
    await rig.database.query(
      `INSERT INTO instrument (id, kind, title, currency) VALUES ('${btcMood}', 'crypto', 'Bitcoin', 'USD')`,
    );
    await rig.keep([
      mention('1', 10, { score: 0.2 }),
      mention('2', 20, { score: -0.9, label: 'NEGATIVE' }),
      mention('3', 30, { text: null, score: 0.4 }),
      mention('4', 40),
      mention('5', 50, { skipped: 'language', score: 0, label: 'NEUTRAL' }),
    ]);
    // Taken back: the record stays, without its text.
    await rig.keep([mention('4', 40, { op: 'CANCEL', text: null, words: [] })]);
    api = await rig.startApi();
  });
  after(() => rig.drop());

  it('lists the newest first, in pages, never what was taken back', async () => {
    const first = await api.get(`${path}?limit=2`, 'viewer');
    expect(first.status, first.text).to.equal(200);
    expect(idsOf(first)).to.deep.equal(['5', '3']);
    const second = await api.get(`${path}?limit=2&cursor=${first.body.next_cursor}`, 'viewer');
    expect(idsOf(second)).to.deep.equal(['2', '1']);
    expect(second.body.next_cursor).to.equal(null);
    const span = await api.get(`${path}?from=${at(20)}&to=${at(30)}`, 'viewer');
    expect(idsOf(span)).to.deep.equal(['2']);
  });

  it('shows what moved the score, and of the author four digits', async () => {
    const answer = await api.get(`${path}?from=${at(20)}&to=${at(21)}`, 'viewer');
    const [post] = postsOf(answer);
    const shown: unknown = post;
    expect(shown).to.deep.equal({
      event_id: 'bluesky-world:2|crypto:BTC-USD',
      op: 'CREATE',
      source: 'bluesky-world',
      source_class: 'SOCIAL',
      event_time: formatIsoUs(t0 + 20e6),
      ingest_time: formatIsoUs(t0 + 20e6),
      instrument_id: btcMood,
      post_id: 'bluesky-world:2',
      post_revision: '1',
      author_key: post?.author_key,
      author_followers: null,
      content_hash: 'hash of 2',
      simhash: '',
      label: 'NEGATIVE',
      score: -0.9,
      confidence: 0.5,
      calibrated: false,
      skipped: null,
      model_id: 'vader-finance',
      model_version: '1.0.0',
      symbol_count: 1,
      is_primary: true,
      stuffed: false,
      target_start: 0,
      target_end: 4,
      text: 'TIDE guidance raised twice',
      words: [{ start: 14, end: 20, contribution: 1.9 }],
      weight: null,
      share: null,
    });
    expect(post?.author_key).to.match(/^a[.][0-9a-f]{4}$/);
    expect(answer.text).not.to.include('author-of');
  });

  it('shows neither text nor places of words where the source forbids it', async () => {
    const [post] = postsOf(await api.get(`${path}?from=${at(30)}&to=${at(31)}`, 'viewer'));
    expect(post).to.deep.include({ text: null, words: [] });
  });

  it('lists by influence, whose shares add up to the mood of the span', async () => {
    // Post 6 repeats the text and the author of post 2: a copy weighs nothing.
    const copied = { contentHash: 'hash of 2', authorKey: 'v1:author-of-2', score: -0.9 };
    await rig.keep([mention('6', 25, copied)]);
    const query = `from=${at(0)}&to=${at(60)}&order=influence`;
    const answer = await api.get(`${path}?${query}`, 'viewer');
    expect(idsOf(answer)).to.deep.equal(['2', '3', '1', '5', '6']);
    expect(answer.body).to.include({ considered: 5, next_cursor: null });
    const [two, three, one, five, six] = postsOf(answer);
    expect([five?.weight, five?.share, six?.weight]).to.deep.equal([null, null, 0]);
    const mean = (two?.share ?? 0) + (three?.share ?? 0) + (one?.share ?? 0);
    // Three posts of about equal age: (-.9 + .4 + .2) / 3.
    expect(mean).to.be.closeTo(-0.1, 0.01);
    expect(idsOf(await api.get(`${path}?${query}&limit=1`, 'viewer'))).to.deep.equal(['2']);
  });

  it('refuses what it cannot weigh, and walks that are not its own', async () => {
    const status = async (query: string): Promise<number> =>
      (await api.get(`${path}?${query}`, 'viewer')).status;
    expect(await status('order=influence')).to.equal(400);
    expect(await status(`order=influence&from=${at(0)}&to=${at(90_000)}`)).to.equal(400);
    expect(await status(`from=${at(5)}&to=${at(5)}`)).to.equal(400);
    expect(await status('limit=201')).to.equal(400);
    const { body } = await api.get(`${path}?limit=1`, 'viewer');
    expect(
      (await api.get(`/v1/instruments/market:all/posts?cursor=${body.next_cursor}`, 'viewer'))
        .status,
    ).to.equal(400);
  });

  it('knows the whole market, and no instrument that is not in the reference data', async () => {
    const all = await api.get('/v1/instruments/market:all/posts', 'viewer');
    expect([all.status, all.body.items]).to.deep.equal([200, []]);
    expect((await api.get('/v1/instruments/crypto:NO-USD/posts', 'viewer')).status).to.equal(404);
  });
});
