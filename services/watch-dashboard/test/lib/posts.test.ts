import { expect } from 'chai';
import fc from 'fast-check';
import { postCells } from '../../src/lib/completeness.ts';
import { textPieces } from '../../src/lib/post-text.ts';
import { cappedCount, orderPosts, weighPosts, type PostData } from '../../src/lib/posts.ts';
import { overlap, swellOf, type SwellPoint } from '../../src/lib/swell.ts';
import { fakePost } from '../support/fake-mood.ts';

const T = Date.UTC(2026, 10, 21, 14, 30);
const ID = 'crypto:TIDE-USD';
const end = { endMs: T, weightSum: null };

function aPost(native: string, change: Partial<PostData> = {}): PostData {
  const item = fakePost(ID, native, T - 1, 0.5, '$TIDE [1.0:up]');
  // Unknown followers weigh 1, and a post of the last millisecond is not aged.
  const own = { author_followers: null, author_key: native, content_hash: native };
  return { ...(item.data as PostData), ...own, ...change };
}

const weights = (posts: readonly PostData[], by: 'raw' | 'weighted' = 'weighted') =>
  weighPosts(posts, end, by).map(({ weight }) => Number(weight.toFixed(3)));

describe('weights of posts', () => {
  it('halve with every hour and with every further symbol', () => {
    const hourAgo = new Date(T - 3_600_000).toISOString();
    expect(weights([aPost('a', { event_time: hourAgo }), aPost('b', { symbol_count: 2 })])).to.eql([
      0.5, 0.5,
    ]);
    expect(weights([aPost('a', { symbol_count: 10, stuffed: true })])).to.eql([0.01]);
  });

  it('grow with the logarithm of followers, between .2 and 3', () => {
    const of = (author_followers: number) => weights([aPost('a', { author_followers })]);
    expect([of(0), of(99), of(1e9)]).to.eql([[0.2], [2], [3]]);
  });

  it('cap an author: 3.25 for 4 posts, 4.0956 for 10, 8.6521 for 1,000 (S65)', () => {
    expect([1, 4, 10, 1000].map((count) => Number(cappedCount(count).toFixed(4)))).to.eql([
      1, 3.25, 4.0956, 8.6521,
    ]);
    const four = ['a', 'b', 'c', 'd'].map((native) => aPost(native, { author_key: 'one' }));
    expect(weights(four)).to.eql([0.812, 0.812, 0.812, 0.812]);
    expect(weights(four, 'raw')).to.eql([1, 1, 1, 1]);
  });

  it('fold copies, count an author once, and let the eleventh author count 10/11 (S64)', () => {
    const same = { content_hash: 'x' };
    const twice = [
      aPost('a', { ...same, author_key: 'one' }),
      aPost('b', { ...same, author_key: 'one' }),
    ];
    expect(weights(twice)).to.eql([1]);
    const eleven = Array.from({ length: 11 }, (_, index) => aPost(`p${String(index)}`, same));
    expect(weights(eleven)).to.eql([10.909]);
    expect(weighPosts(eleven, end, 'weighted')[0]?.copies).to.have.length(10);
  });

  it('fold texts whose SimHashes differ in 10 bits, not in 11', () => {
    const hash = (bits: number) => ((1n << 40n) | ((1n << BigInt(bits)) - 1n)).toString(16);
    const near = [aPost('a', { simhash: hash(0) }), aPost('b', { simhash: hash(10) })];
    expect(weighPosts(near, end, 'weighted')).to.have.length(1);
    const far = [aPost('a', { simhash: hash(0) }), aPost('b', { simhash: hash(11) })];
    expect(weighPosts(far, end, 'weighted')).to.have.length(2);
    const none = [aPost('a', { simhash: '0' }), aPost('b', { simhash: '0' })];
    expect(weighPosts(none, end, 'weighted')).to.have.length(2);
  });

  it('make shares that add up to the mean of the window', () => {
    const post = fc.record({
      score: fc.double({ min: -1, max: 1, noNaN: true }),
      author_key: fc.constantFrom('x', 'y', 'z'),
      content_hash: fc.constantFrom('1', '2', '3', '4'),
      author_followers: fc.option(fc.nat(1e6)),
    });
    fc.assert(
      fc.property(
        fc.array(post, { minLength: 1, maxLength: 20 }),
        fc.constantFrom('raw', 'weighted'),
        (changes, by) => {
          const posts = changes.map((change, index) => aPost(`p${String(index)}`, change));
          const weighed = weighPosts(posts, end, by);
          const sum = weighed.reduce((total, { share }) => total + share, 0);
          return Math.abs(sum) <= 1 + 1e-9 && weighed.every(({ weight }) => weight >= 0);
        },
      ),
    );
    const [a, b] = [aPost('a', { score: 0.8 }), aPost('b', { score: -0.2 })];
    const shares = weighPosts([a, b], end, 'weighted').map(({ share }) => share);
    expect(shares[0]).to.be.closeTo(0.4, 1e-6);
    expect(shares[1]).to.be.closeTo(-0.1, 1e-6);
  });

  it('keep shares small while most posts of the window are not listed', () => {
    const [one] = weighPosts([aPost('a')], { endMs: T, weightSum: 10 }, 'weighted');
    expect(one?.share).to.be.closeTo(0.05, 1e-6);
  });

  it('count what has no score as nothing, and order by influence or time', () => {
    const posts = [
      aPost('a', { score: 0.1, event_time: new Date(T - 3000).toISOString() }),
      aPost('b', { score: -0.9, event_time: new Date(T - 2000).toISOString() }),
      aPost('c', { skipped: 'language', event_time: new Date(T - 1000).toISOString() }),
    ];
    const weighed = weighPosts(posts, end, 'weighted');
    const ids = (order: 'influence' | 'newest') =>
      orderPosts(weighed, order)
        .map(({ post }) => post.author_key)
        .join('');
    expect(ids('influence')).to.equal('bac');
    expect(ids('newest')).to.equal('cba');
    expect(weighed[2]?.weight).to.equal(0);
  });
});

describe('text of a post', () => {
  const pieces = (marked: string, change: Partial<PostData> = {}) =>
    textPieces({ ...(fakePost(ID, 'a', T, 0, marked).data as PostData), ...change });

  it('is cut into words that moved the score, the symbol and the rest', () => {
    expect(
      pieces('$TIDE [2.0:raised], [-1.0:not] sure').map(({ kind, text }) => [kind, text]),
    ).to.eql([
      ['target', '$TIDE'],
      ['plain', ' '],
      ['up', 'raised'],
      ['plain', ', '],
      ['down', 'not'],
      ['plain', ' sure'],
    ]);
  });

  it('draws the strongest word thickest', () => {
    const found = pieces('$TIDE [3.0:great] [1.5:good] [0.5:ok]').filter(
      ({ kind }) => kind === 'up',
    );
    expect(found.map(({ strength }) => strength)).to.eql([3, 2, 1]);
  });

  it('strikes out other symbols where a post names several', () => {
    const found = pieces('out of $MOSS into $TIDE', { symbol_count: 2 });
    expect(found.find(({ kind }) => kind === 'other')?.text).to.equal('$MOSS');
    expect(found.find(({ kind }) => kind === 'target')?.text).to.equal('$TIDE');
  });

  it('shows no mark that turns the direction, and no control character', () => {
    const text = 'buy \u202e\u2066evil\u0000\u200b $TIDE\u2069';
    const shown = pieces('x', { text, words: [], target_start: null, target_end: null });
    expect(shown.map((piece) => piece.text).join('')).to.equal('buy evil $TIDE');
  });

  it('cuts 10,000 emoji between two of them', () => {
    const shown = pieces('x', {
      text: '🚀'.repeat(10_000),
      words: [],
      target_start: null,
      target_end: null,
    });
    const text = shown.map((piece) => piece.text).join('');
    expect(text).to.equal(`${'🚀'.repeat(150)}…`);
  });

  it('survives places that lie: overlapping, backwards, beyond the end', () => {
    const place = fc.integer({ min: -5, max: 40 });
    const word = fc.record({
      start: place,
      end: place,
      contribution: fc.double({ noNaN: true, min: -4, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        const text = 'plain words without any mark';
        const shown = textPieces({
          text,
          words,
          target_start: null,
          target_end: null,
          symbol_count: 1,
        });
        return shown.map((piece) => piece.text).join('') === text;
      }),
    );
  });
});

describe('swell', () => {
  const box = { width: 900, height: 220, measure: (text: string) => text.length * 7 };
  const point = (change: Partial<SwellPoint>): SwellPoint => ({
    ...{ id: 'a', name: 'TIDE', mood: 0, buzz: 1, posts: 10, direction: 1 },
    ...{ isOpen: false, isFlagged: false },
    ...change,
  });

  it('puts mood to the right and buzz upwards', () => {
    const { marks } = swellOf([point({ mood: -1, buzz: 0 }), point({ mood: 1, buzz: 3 })], box);
    const [left, right] = marks;
    expect(left?.x).to.be.lessThan(right?.x ?? 0);
    expect(left?.y).to.be.greaterThan(right?.y ?? 0);
  });

  it('has at most ten labels, none on another, all inside', () => {
    const coordinate = fc.double({ min: -1, max: 1, noNaN: true });
    const any = fc.record({ mood: coordinate, buzz: fc.option(coordinate), posts: fc.nat(500) });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 60 }), (changes) => {
        const { labels } = swellOf(
          changes.map((change) => point(change)),
          box,
        );
        const isClear = labels.every((a, i) => labels.every((b, j) => i === j || !overlap(a, b)));
        const isInside = labels.every(({ x, width }) => x >= 0 && x + width <= box.width);
        return labels.length <= 10 && isClear && isInside;
      }),
    );
  });

  it('labels the flagged one first, then the loudest', () => {
    const crowd = Array.from({ length: 14 }, (_, index) =>
      point({ name: `S${String(index)}`, mood: -0.95 + index * 0.14, buzz: index / 4 }),
    );
    const flagged = point({ name: 'FLAG', mood: 0.98, buzz: -1, isFlagged: true });
    const names = swellOf([...crowd, flagged], box).labels.map(({ text }) => text);
    expect(names[0]).to.equal('FLAG');
    expect(names[1]).to.equal('S13');
    expect(names).to.have.length(10);
  });

  it('shows posts on the axis as long as nobody has a buzz', () => {
    const picture = swellOf([point({ buzz: null, posts: 100 }), point({ buzz: null })], box);
    expect(picture.yName).to.equal('posts');
    expect(picture.yTicks.map(({ text }) => text)).to.eql(['0', '10', '100']);
  });
});

describe('strip of a source of posts', () => {
  it('is complete up to the watermark, slashed in a hole, notched where a late post changed it', () => {
    const gap = { source: 's', stream: 'posts', missing: null, reason: '', closed: false };
    const hole = { ...gap, fromMs: T + 60_000, toMs: T + 119_000 };
    const span = { firstMs: T, count: 4, sizeMs: 60_000 };
    const cells = postCells('s', [hole], T + 180_000, new Set([T]), span);
    expect(cells.map(({ level }) => level)).to.eql(['full', 'gap', 'full', 'open']);
    expect(cells.map(({ isNotched }) => isNotched)).to.eql([true, false, false, false]);
    expect(postCells('other', [hole], null, new Set(), span)[1]?.level).to.equal('open');
  });
});
