import { expect } from 'chai';
import { formatIsoUs } from '@groundswell/domain';
import { btcMood, bar, btc, minuteUs, mood, slotWrite, statusWrite, t0 } from './records.ts';
import { makeRig, type Answer, type Api, type Rig } from './rig.ts';

const path = `/v1/features/sentiment.window/${btcMood}`;
const at = (second: number): string => encodeURIComponent(formatIsoUs(t0 + second * 1_000_000));

describe('moods over HTTP', function () {
  this.timeout(60_000);
  let rig: Rig;
  let api: Api;

  before(async () => {
    rig = await makeRig();
    await rig.commit([
      mood(btcMood, 8, 1, 500),
      mood(btcMood, 9, 1, 560, { n: 2, sentiment: 0.1 }),
      mood(btcMood, 9, 2, 600, { n: 4, lateCount: 1, skippedCount: 1 }),
      mood('market:all', 8, 1, 500, { n: 10, sentiment: -0.5 }),
      mood('market:all', 9, 3, 600, { n: 16, sentiment: 0.1 }),
      mood('crypto:ETH-USD', 8, 1, 500, { sentiment: null, weightSum: 0, n: 1 }),
    ]);
    api = await rig.startApi();
  });
  after(() => rig.drop());

  const joinedOf = ({ body }: Answer): unknown =>
    (body.item as unknown as { readonly joined?: unknown }).joined;

  /** (3 x .5 + 5 x .1) / (3 + 5) = .25; 4 of 16. */
  const joined = {
    market_sentiment: 0.1,
    market_n: 16,
    sentiment_shrunk: 0.25,
    share_of_voice: 0.25,
    market_lineage: 1,
    market_revision: 3,
  };

  it('joins the latest mood with the market of the same window, from either store', async () => {
    const stored = await api.get(`${path}/latest`, 'viewer');
    expect(stored.status, stored.text).to.equal(200);
    expect(stored.body.served_from).to.equal('history');
    expect(joinedOf(stored)).to.deep.equal(joined);
    await rig.fillCache([
      slotWrite(mood(btcMood, 9, 2, 600, { n: 4, lateCount: 1, skippedCount: 1 })),
      slotWrite(mood('market:all', 9, 3, 600, { n: 16, sentiment: 0.1 })),
      slotWrite(mood('crypto:ETH-USD', 8, 1, 500, { sentiment: null, weightSum: 0, n: 1 })),
    ]);
    const online = await api.get(`${path}/latest`, 'viewer');
    expect(online.body.served_from).to.equal('online');
    expect(joinedOf(online)).to.deep.equal(joined);
    expect(online.body.item.value['weighted']).to.include({ sentiment: 0.5, n_eff: 2.5 });
  });

  it('joins a quiet instrument with the market of its own window, not of the newest', async () => {
    const { body } = await api.get(
      `/v1/features/sentiment.window/latest?entities=${btcMood},crypto:ETH-USD,crypto:NO-USD`,
      'viewer',
    );
    const found = body.values.map(({ item }) => (item as { joined?: unknown } | null)?.joined);
    expect(found).to.deep.equal([
      joined,
      {
        market_sentiment: -0.5,
        market_n: 10,
        // Nothing was weighed: the market's mean is all there is.
        sentiment_shrunk: -0.5,
        share_of_voice: 0.1,
        market_lineage: 1,
        market_revision: 1,
      },
      undefined,
    ]);
  });

  it('knows no join where the market is not known, and joins nothing else', async () => {
    const past = await api.get(`${path}/latest?known_at=${at(590)}`, 'analyst');
    expect(past.body.item.revision).to.equal(1);
    expect(joinedOf(past)).to.deep.equal({
      market_sentiment: null,
      market_n: null,
      sentiment_shrunk: null,
      share_of_voice: null,
      market_lineage: null,
      market_revision: null,
    });
    await rig.commit([bar(9, 2, 600)]);
    await rig.fillCache([slotWrite(bar(9, 2, 600))]);
    const price = await api.get(`/v1/features/market.bar/${btc}/latest`, 'viewer');
    expect(price.body.item).not.to.have.property('joined');
    const cut = await rig.startApi({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none' });
    const online = await cut.get('/v1/features/sentiment.window/crypto:ETH-USD/latest', 'viewer');
    expect(joinedOf(online)).to.include({ market_n: null, share_of_voice: null });
  });

  it('has history and revisions of moods by the catalogue', async () => {
    const history = await api.get(`${path}/history?from=${at(0)}`, 'analyst');
    expect(history.body.items.map(({ revision }) => revision)).to.deep.equal([1, 2]);
    const revisions = await api.get(`${path}/revisions?window_start=${at(540)}`, 'analyst');
    expect(revisions.body.items.map(({ n }) => n)).to.deep.equal([2, 4]);
    expect((await api.get(`${path}/latest?window_size=1s`, 'viewer')).status).to.equal(400);
  });

  it('explains a mood from what is stored', async () => {
    await rig.fillCache([statusWrite('bluesky-world', 'LIVE')]);
    const fresh = await rig.startApi();
    const { status, text } = await fresh.get(`${path}/explain`, 'viewer');
    expect(status, text).to.equal(200);
    const { item, definition, ...why } = JSON.parse(text) as Record<string, unknown> & {
      item: { revision: number; joined: unknown };
      definition: { version: string };
    };
    expect(item.revision).to.equal(2);
    expect(item.joined).to.deep.equal(joined);
    expect(definition.version).to.match(/^[0-9a-f]{12}$/);
    expect(why).to.deep.equal({
      as_of: formatIsoUs(t0 + 602e6),
      known_at: formatIsoUs(t0 + 602e6),
      // Grace of posts is ten minutes, corrections come for fifty more.
      final_from: formatIsoUs(t0 + 10 * minuteUs + 600e6),
      correctable_until: formatIsoUs(t0 + 10 * minuteUs + 3600e6),
      path: [
        { step: 'seen', count: 5, rule: 'features W1' },
        { step: 'late', count: 1, rule: 'features W3' },
        { step: 'counted', count: 4, rule: 'sentiment S60' },
        { step: 'without_score', count: 1, rule: 'sentiment S3' },
        { step: 'near_copies', count: 1, rule: 'sentiment S64' },
        { step: 'effective', count: 2.5, rule: 'sentiment S62' },
      ],
      formulas: [
        {
          name: 'sentiment, weighted',
          formula: 'sum of weight x score / sum of weight',
          rule: 'sentiment S62',
          inputs: { weight_sum: 3, weighted_score_sum: 1.5 },
          result: 0.5,
        },
        {
          name: 'sentiment, raw',
          formula: 'sum of weight x score / sum of weight',
          rule: 'sentiment S62',
          inputs: { weight_sum: 3, weighted_score_sum: 2.7 },
          result: 0.9,
        },
        {
          name: 'sentiment_shrunk',
          formula: '(weight_sum x sentiment + 5 x market_sentiment) / (weight_sum + 5)',
          rule: 'sentiment S62',
          inputs: { weight_sum: 3, sentiment: 0.5, market_sentiment: 0.1 },
          result: 0.25,
        },
      ],
      sources: [
        {
          source: 'bluesky-world',
          count: 4,
          state: 'LIVE',
          last_event_time: formatIsoUs(t0 + 600e6),
          gaps: 0,
        },
      ],
      revisions: [
        {
          lineage: 1,
          revision: 2,
          known_at: formatIsoUs(t0 + 600e6),
          cause: 'UPDATE',
          status: 'PROVISIONAL',
          n: 4,
          value: 0.5,
        },
        {
          lineage: 1,
          revision: 1,
          known_at: formatIsoUs(t0 + 560e6),
          cause: 'UPDATE',
          status: 'PROVISIONAL',
          n: 2,
          value: 0.1,
        },
      ],
      models: ['social=vader-finance@1.0.0'],
      positions: [{ topic: 'social.mention.v1', partition: 2, next_offset: 77 }],
    });
  });

  it('explains as it could have been explained then, to those who may ask', async () => {
    const then = `${path}/explain?window_start=${at(540)}&known_at=${at(590)}`;
    expect((await api.get(then, 'viewer')).status).to.equal(403);
    const { body, text } = await api.get(then, 'analyst');
    expect(body.item.revision).to.equal(1);
    const { revisions, sources } = JSON.parse(text) as {
      revisions: unknown[];
      sources: { state: unknown }[];
    };
    expect(revisions).to.have.length(1);
    // The state of a source at that time is not stored.
    expect(sources[0]?.state).to.equal(null);
    const never = await api.get(`${path}/explain?window_start=${at(0)}`, 'viewer');
    expect(never.status).to.equal(404);
  });

  it('explains a bar by its own path', async () => {
    const { text } = await api.get(`/v1/features/market.bar/${btc}/explain`, 'viewer');
    const why = JSON.parse(text) as { path: { step: string }[]; formulas: { result: unknown }[] };
    expect(why.path.map(({ step }) => step)).to.deep.equal(['seen', 'late', 'counted']);
    expect(why.formulas[0]?.result).to.equal('100');
  });
});
