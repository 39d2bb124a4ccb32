import { expect } from 'chai';
import { recordMaps, type Mention, type SymbolSentiment } from '@groundswell/schemas';
import { moodValues } from '@groundswell/testkit';
import { until } from '../harness.ts';
import { createLiveLane } from './live-lane.ts';

const INSTRUMENT = 'crypto:TIDE-USD';
const MOOD = `sentiment:${INSTRUMENT}:1m`;
const POSTS = `posts:${INSTRUMENT}`;
const MINUTE_US = 60_000_000;
const t0 = Date.UTC(2026, 10, 21, 12) * 1000;

describe('moods and posts on the real log and stores', function () {
  this.timeout(90_000);
  const live = createLiveLane();
  const { append, connect, client, running, shown, start } = live;
  before(() => live.open());
  after(() => live.close());
  afterEach(() => live.reset());

  async function storeMood(mood: SymbolSentiment): Promise<void> {
    await live.store('feature_history', {
      entity: mood.entity,
      feature_set: mood.featureSet,
      window_size_ms: mood.windowSizeMs,
      window_start_us: mood.windowStartUs,
      window_end_us: mood.windowEndUs,
      lineage: mood.lineage,
      revision: mood.revision,
      status: mood.status,
      n: mood.n,
      late_count: mood.lateCount,
      watermark_us: mood.watermarkUs,
      known_at_us: mood.knownAtUs,
      cause: mood.cause,
      record: JSON.stringify(recordMaps.SymbolSentiment.toJson(mood)),
    });
  }

  async function storePost(mention: Mention): Promise<void> {
    await live.store('latest_record', {
      topic: 'social.mention.v1',
      key: mention.instrumentId,
      value_key: `${mention.postId}|${mention.instrumentId}`,
      event_time_us: mention.eventTimeUs,
      lineage: 1,
      ver: 1,
      record: JSON.stringify(recordMaps.Mention.toJson(mention)),
    });
  }

  it('gives the stored windows of mood as snapshot, then newer versions only', async () => {
    await storeMood(aMood(0, 1));
    await storeMood(aMood(1, 2));
    await start();
    connect('viewer').subscribe(MOOD, {});
    await until(() => client().store.values(MOOD).size === 2, 20_000);
    await append('feature.symbol.sentiment.v1', INSTRUMENT, [
      aMood(1, 1), // a zombie relay's old version
      aMood(2, 1),
      aMood(0, 2), // a late mention of an older window
    ]);
    await until(() => shown(MOOD, keyOf(0))?.['revision'] === 2, 20_000);
    expect(shown(MOOD, keyOf(1))).to.deep.include({ revision: 2, n: 2, pump_flag: false });
    expect(shown(MOOD, keyOf(2))?.['weighted']).to.deep.include({ sentiment: 0.01 });
    // Neither the envelope of the event nor positions of topics that no client reads.
    expect(shown(MOOD, keyOf(2))).not.to.have.any.keys('event_id', 'positions');
  });

  it('shows stored and new posts, and drops the text of what is taken back', async () => {
    await storePost(aPost('old', 1));
    await storePost({ ...aPost('gone', 2), op: 'CANCEL', text: null, words: [] });
    await start();
    const removed: string[] = [];
    connect('viewer').subscribe(POSTS, { onRemove: (key) => removed.push(key) });
    await until(() => client().store.values(POSTS).size === 1, 20_000);
    await append('social.mention.v1', INSTRUMENT, [
      aPost('new', 3),
      { ...aPost('old', 4), op: 'CORRECT', text: 'edited', eventTimeUs: t0 + 1_000_000 },
      { ...aPost('silent', 5), text: null },
    ]);
    await until(() => client().store.values(POSTS).size === 3, 20_000);
    await until(() => shown(POSTS, postKey('old'))?.['text'] === 'edited');
    const post = shown(POSTS, postKey('new'));
    expect(post).to.deep.include({ text: 'TIDE raised twice', score: 0.5, label: 'POSITIVE' });
    expect(post?.['author_key']).to.match(/^a[.][0-9a-f]{4}$/);
    expect(JSON.stringify([...client().store.values(POSTS).values()])).not.to.include('author-of');
    // Places in a text that is not shown say nothing.
    expect(shown(POSTS, postKey('silent'))).to.deep.include({ text: null, words: [] });

    await append('social.mention.v1', INSTRUMENT, [
      { ...aPost('new', 6), op: 'CANCEL', text: null, words: [] },
      aPost('new', 3), // a zombie relay's old version
    ]);
    await until(() => removed.includes(postKey('new')), 20_000);
    await append('social.mention.v1', INSTRUMENT, [aPost('last', 7)]);
    await until(() => shown(POSTS, postKey('last')) !== undefined, 20_000);
    expect(shown(POSTS, postKey('new'))).to.equal(undefined);
    // A client that comes now is not told the text either.
    connect('viewer').subscribe(POSTS, {});
    await until(() => client().store.values(POSTS).size === 3, 20_000);
    expect(shown(POSTS, postKey('new'))).to.equal(undefined);
    expect(running().output()).not.to.include('raised twice');
  });
});

const keyOf = (window: number): string =>
  `sentiment.window|${INSTRUMENT}|60000|${String(t0 + window * MINUTE_US)}`;
const postKey = (id: string): string => `mention|bluesky-world:${id}|${INSTRUMENT}`;

function aPost(id: string, second: number): Mention {
  return {
    eventId: `bluesky-world:${id}|${INSTRUMENT}`,
    op: 'CREATE',
    refEventId: null,
    source: 'bluesky-world',
    feed: null,
    eventTimeUs: t0 + second * 1_000_000,
    ingestTimeUs: t0 + second * 1_000_000,
    sequence: null,
    eventTimeNanosRem: null,
    instrumentId: INSTRUMENT,
    postId: `bluesky-world:${id}`,
    postRevision: '1',
    sourceClass: 'SOCIAL',
    authorKey: `v1:author-of-${id}`,
    authorFollowers: null,
    authorSinceUs: null,
    contentHash: 'hash',
    simhash: '',
    label: 'POSITIVE',
    score: 0.5,
    pNeg: 0,
    pNeu: 0.5,
    pPos: 0.5,
    confidence: 0.5,
    calibrated: false,
    modelId: 'vader-finance',
    modelVersion: '1.0.0',
    skipped: null,
    symbolCount: 1,
    isPrimary: true,
    stuffed: false,
    resolutionConfidence: 1,
    symbolsAsOf: '2025-08-24',
    targetStart: 0,
    targetEnd: 4,
    text: 'TIDE raised twice',
    words: [{ start: 5, end: 11, contribution: 1.9 }],
  };
}

function aMood(window: number, revision: number): SymbolSentiment {
  const windowStartUs = t0 + window * MINUTE_US;
  return {
    eventId: `sentiment.window|${String(window)}|${String(revision)}`,
    op: 'CREATE',
    refEventId: null,
    source: 'derive-sentiment',
    feed: null,
    eventTimeUs: windowStartUs,
    ingestTimeUs: windowStartUs,
    sequence: null,
    eventTimeNanosRem: null,
    featureSet: 'sentiment.window',
    entity: INSTRUMENT,
    windowSizeMs: 60_000,
    windowStartUs,
    windowEndUs: windowStartUs + MINUTE_US,
    lineage: 1,
    revision,
    status: 'PROVISIONAL',
    n: revision,
    lateCount: 0,
    watermarkUs: windowStartUs,
    knownAtUs: windowStartUs + revision,
    cause: 'UPDATE',
    counts: { 'bluesky-world': revision },
    positions: [],
    instrumentId: INSTRUMENT,
    ...moodValues(revision / 100),
  };
}
