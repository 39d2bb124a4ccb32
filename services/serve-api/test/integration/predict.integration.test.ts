import { expect } from 'chai';
import { makeRig, type Api, type Rig } from './rig.ts';

interface Prediction {
  readonly label: string;
  readonly score: number;
  readonly words: readonly { readonly start: number; readonly end: number }[];
  readonly targets: readonly { readonly target: string; readonly label: string }[];
  readonly model: object;
  readonly cached: boolean;
  readonly latency_ms: number;
}

describe('predictions over HTTP', function () {
  this.timeout(60_000);
  let rig: Rig;
  let api: Api;

  before(async () => {
    rig = await makeRig();
    api = await rig.startApi();
  });
  after(() => rig.drop());

  async function predict(body: object): Promise<Prediction> {
    const { status, text } = await api.post('/v1/predict', body, 'viewer');
    expect(status, text).to.equal(200);
    return JSON.parse(text) as Prediction;
  }

  it('scores a text, names the model and the words, and remembers it', async () => {
    const text = 'Great quarter, the stock is crashing up';
    const first = await predict({ text: 'This is great news' });
    expect(first).to.deep.include({
      label: 'positive',
      cached: false,
      model: { id: 'vader-finance', version: '1.0.0' },
      targets: [],
    });
    const [word] = first.words;
    expect('This is great news'.slice(word?.start, word?.end)).to.equal('great');
    const again = await predict({ text: 'This is great news' });
    expect({ ...again, cached: false, latency_ms: 0 }).to.deep.equal({ ...first, latency_ms: 0 });
    expect(again.cached).to.equal(true);
    expect((await predict({ text })).cached).to.equal(false);
    // Another source class is another key: it will have another champion.
    expect((await predict({ text, source: 'news' })).cached).to.equal(false);
  });

  it('scores each target by its own clause', async () => {
    const { targets } = await predict({
      text: '$TIDE is great but $MOSS is terrible',
      targets: ['$MOSS', '$TIDE'],
    });
    expect(targets.map(({ target, label }) => `${target} ${label}`)).to.deep.equal([
      '$MOSS negative',
      '$TIDE positive',
    ]);
  });

  it('scores many in their order, empty ones and other languages of scripts too', async () => {
    const { status, text } = await api.post(
      '/v1/predict',
      { items: [{ text: 'terrible' }, { text: '' }, { text: 'great' }] },
      'viewer',
    );
    expect(status, text).to.equal(200);
    const { items } = JSON.parse(text) as { items: (Prediction & { skipped: string | null })[] };
    expect(items.map(({ label, skipped }) => [label, skipped])).to.deep.equal([
      ['negative', null],
      ['neutral', 'empty'],
      ['positive', null],
    ]);
  });

  it('keeps no answer in caches on the way and no text in its log', async () => {
    const { headers } = await api.post('/v1/predict', { text: 'canary-text' }, 'viewer');
    expect(headers.get('cache-control')).to.equal('no-store');
    expect(JSON.stringify(api.lines)).not.to.include('canary-text');
  });

  it('says which models serve', async () => {
    const { body } = await api.get('/v1/models/status', 'viewer');
    expect(body.models).to.deep.equal([
      {
        id: 'vader-finance',
        version: '1.0.0',
        kind: 'rules',
        stage: 'champion',
        source_classes: ['social', 'news'],
        loaded: true,
      },
    ]);
  });
});
