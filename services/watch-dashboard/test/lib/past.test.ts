import { expect } from 'chai';
import {
  channelData,
  knownAtOf,
  pastRead,
  withKnownAt,
  type HistoryItem,
} from '../../src/lib/past.ts';

const AT = Date.UTC(2026, 10, 21, 14, 20, 30);
const feedOf = (id: string) => (id === 'crypto:TIDE-USD' ? 'coinbase' : null);

describe('reads of another time', () => {
  it('ask the history of a channel for what was known then, of one venue', () => {
    const path = pastRead('market:crypto:TIDE-USD:1m', AT, feedOf)?.path ?? '';
    expect(path).to.match(/^\/v1\/features\/market\.bar\/crypto%3ATIDE-USD%40coinbase\/history\?/);
    const query = new URLSearchParams(path.split('?')[1]);
    expect(query.get('known_at')).to.equal('2026-11-21T14:20:30.000000Z');
    expect(query.get('from')).to.equal('2026-11-21T09:20:30.000000Z');
    expect(query.get('window_size')).to.equal('1m');
    expect(pastRead('sentiment:market:all:5m', AT, feedOf)?.path).to.contain(
      'sentiment.window/market%3Aall/history',
    );
    expect(pastRead('investor:v1:abc', AT, feedOf)?.path).to.contain(
      '/v1/investors/v1%3Aabc/behaviour/latest?at=',
    );
  });

  it('know what has no history', () => {
    for (const channel of ['price:crypto:TIDE-USD', 'posts:crypto:TIDE-USD', 'sources']) {
      expect(pastRead(channel, AT, feedOf)).to.equal(null);
    }
    expect(pastRead('market:crypto:NONE-USD:1m', AT, feedOf)).to.equal(null);
  });

  it('give an item the form that its channel has', () => {
    const item: HistoryItem = {
      ...{ feature_set: 'market.bar', entity: 'crypto:TIDE-USD@coinbase', lineage: 1, revision: 4 },
      window: { size_ms: 60_000, start: 'a', end: 'b' },
      value: { close: '1.5', instrument_id: 'crypto:TIDE-USD' },
    };
    expect(channelData(item)).to.eql({
      ...{ feature_set: 'market.bar', entity: 'crypto:TIDE-USD@coinbase', lineage: 1, revision: 4 },
      ...{ close: '1.5', instrument_id: 'crypto:TIDE-USD', feed: 'coinbase' },
      ...{ window_size_ms: 60_000, window_start: 'a', window_end: 'b' },
    });
  });

  it('keep the time in every address', () => {
    expect(withKnownAt('/s/x?bar=5m', AT)).to.equal(
      '/s/x?bar=5m&known_at=2026-11-21T14:20:30.000Z',
    );
    expect(withKnownAt('/board?known_at=2026-01-01T00:00:00Z', null)).to.equal('/board');
    expect(knownAtOf('?known_at=2026-11-21T14:20:30Z')).to.equal(AT);
    expect(knownAtOf('?known_at=yesterday')).to.equal(null);
  });
});
