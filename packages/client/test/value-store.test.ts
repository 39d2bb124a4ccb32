import { expect } from 'chai';
import type { LiveItem } from '@groundswell/schemas';
import { createValueStore } from '../src/index.ts';

const item = (key: string, ver: number, data: unknown = null): LiveItem => ({
  key,
  lineage: 1,
  ver,
  data,
});
const shown = { isShown: true, removed: [] };
const hidden = { isShown: false, removed: [] };

describe('the value store', () => {
  it('lets a newer version replace an older one, never the other way', () => {
    const store = createValueStore();
    expect(store.apply('c', item('a', 2))).to.deep.equal(shown);
    expect(store.apply('c', item('a', 2))).to.deep.equal(hidden);
    expect(store.apply('c', item('a', 1))).to.deep.equal(hidden);
    expect(store.apply('c', { ...item('a', 1), lineage: 2 })).to.deep.equal(shown);
    expect(store.apply('other', item('a', 1))).to.deep.equal(shown);
  });

  it('drops what a snapshot has not, and keeps what it knows better', () => {
    const store = createValueStore();
    for (const it of [item('a', 3), item('b', 3), item('c', 3)]) store.apply('c', it);
    const { changed, removed } = store.replace('c', [item('a', 2), item('b', 4)]);
    expect(changed).to.deep.equal([item('b', 4)]);
    expect(removed).to.deep.equal(['c']);
    expect([...store.values('c').values()]).to.deep.equal([item('a', 3), item('b', 4)]);
  });

  it('keeps the newest windows of a channel, however long it runs', () => {
    const store = createValueStore();
    const channel = 'market:crypto:BTC-USD:1s';
    const bar = (feed: string, second: number): LiveItem =>
      item(`market.bar|crypto:BTC-USD@${feed}|1000|${second * 1_000_000}`, 1);
    const removed: string[] = [];
    for (let second = 1; second <= 1000; second++) {
      for (const feed of ['coinbase', 'kraken']) {
        removed.push(...store.apply(channel, bar(feed, second)).removed);
      }
    }
    // Both feeds of 300 seconds; 9 is not greater than 10, as it would be as a text.
    expect(store.values(channel).size).to.equal(600);
    expect(store.get(channel, bar('kraken', 701).key)).not.to.equal(undefined);
    expect(store.get(channel, bar('kraken', 700).key)).to.equal(undefined);
    expect(removed).to.have.length(1400);
    // A correction of a window that is not kept any more is not shown.
    expect(store.apply(channel, { ...bar('kraken', 5), ver: 9 }).isShown).to.equal(false);
    expect(store.values(channel).size).to.equal(600);
  });

  it('keeps everything of a channel whose keys do not grow with time', () => {
    const store = createValueStore();
    for (let i = 0; i < 1000; i++) store.apply('sources', item(`status|${i}`, 1));
    expect(store.values('sources').size).to.equal(1000);
  });

  describe('with posts', () => {
    const channel = 'posts:crypto:BTC-USD';
    const post = (id: number, ver = 2): LiveItem =>
      item(`mention|s:${id}|crypto:BTC-USD`, ver, {
        op: 'CREATE',
        event_time: `2026-01-01T00:00:00.${String(id).padStart(6, '0')}Z`,
        text: 'words',
      });
    const takenBack = (id: number, ver: number): LiveItem => ({
      ...post(id, ver),
      data: { op: 'CANCEL' },
    });

    it('forgets what is taken back, and does not believe an older copy of it', () => {
      const store = createValueStore();
      store.apply(channel, post(1));
      expect(store.apply(channel, takenBack(1, 5))).to.deep.equal({
        isShown: false,
        removed: [post(1).key],
      });
      expect(store.values(channel).size).to.equal(0);
      expect(store.apply(channel, post(1, 4))).to.deep.equal(hidden);
      // The log of another gateway replica may be behind its snapshot.
      expect(store.replace(channel, [post(1, 4)])).to.deep.equal({ changed: [], removed: [] });
      expect(store.apply(channel, post(1, 6))).to.deep.equal(shown);
    });

    it('takes a deletion of what it never had', () => {
      const store = createValueStore();
      expect(store.apply(channel, takenBack(1, 5))).to.deep.equal(hidden);
    });

    it('keeps the newest ones, whatever order they come in', () => {
      const store = createValueStore();
      for (let id = 400; id > 0; id--) store.apply(channel, post(id));
      expect(store.values(channel).size).to.equal(300);
      expect(store.get(channel, post(101).key)).not.to.equal(undefined);
      expect(store.apply(channel, post(50, 9)).isShown).to.equal(false);
    });
  });
});
