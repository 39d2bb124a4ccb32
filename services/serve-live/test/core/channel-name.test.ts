import { expect } from 'chai';
import { features } from '@groundswell/schemas';
import {
  marketChannel,
  moodSizes,
  parseChannelName,
  sentimentChannel,
  windowSizes,
} from '../../src/core/channel-name.ts';

const KEY = `v1:${'k'.repeat(43)}`;

describe('a channel name', () => {
  it('names a price, bars, an investor or the sources', () => {
    expect(parseChannelName('price:crypto:BTC-USD')).to.include({ instrument: 'crypto:BTC-USD' });
    expect(parseChannelName('price:equity:US:GOOG~2')).to.include({ kind: 'price' });
    expect(parseChannelName('market:crypto:BTC-USD:1m')).to.include({
      instrument: 'crypto:BTC-USD',
      windowSizeMs: 60_000,
    });
    expect(parseChannelName('sentiment:market:all:1h')).to.include({
      instrument: 'market:all',
      windowSizeMs: 3_600_000,
    });
    expect(parseChannelName('posts:crypto:BTC-USD')).to.include({
      kind: 'posts',
      instrument: 'crypto:BTC-USD',
    });
    expect(parseChannelName(`investor:${KEY}`)).to.include({ investorKey: KEY });
    expect(parseChannelName('sources')).to.include({ kind: 'sources' });
  });

  it('is never a wildcard, another type, a prefix, a raw investor id or a long text (S23)', () => {
    for (const bad of [
      '*',
      'price:*',
      'investor:*',
      'investor:demo-01',
      `investor:${KEY}x`,
      `investor:${KEY}\n`,
      'market:crypto:BTC-USD:7m',
      'sentiment:crypto:BTC-USD:1s',
      'sentiment:crypto:BTC-USD',
      'posts:*',
      'posts:',
      'market:crypto:BTC-USD',
      'sources ',
      '__proto__',
      'constructor',
      '',
      `price:crypto:${'A'.repeat(10_000)}`,
      ['sources'],
      { toString: () => 'sources' },
      null,
      7,
    ]) {
      expect(parseChannelName(bad), JSON.stringify(bad)).to.equal(null);
    }
  });

  it('has a size for every window of the catalogue', () => {
    const sizes = features['market.bar'].windows.map(({ sizeMs }) => sizeMs);
    expect(Object.values(windowSizes)).to.have.members([...sizes]);
    for (const sizeMs of sizes) {
      expect(parseChannelName(marketChannel('crypto:X', sizeMs))).to.include({
        windowSizeMs: sizeMs,
      });
    }
    const moods = features['sentiment.window'].windows.map(({ sizeMs }) => sizeMs);
    expect(Object.values(moodSizes)).to.have.members([...moods]);
    for (const sizeMs of moods) {
      expect(parseChannelName(sentimentChannel('crypto:X', sizeMs))).to.include({
        kind: 'sentiment',
        windowSizeMs: sizeMs,
      });
    }
  });
});
