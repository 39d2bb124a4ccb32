import { expect } from 'chai';
import fc from 'fast-check';
import type { MentionJson } from '@groundswell/schemas';
import { postCells } from '../../src/lib/completeness.ts';
import { textPieces } from '../../src/lib/post-text.ts';
import { foldPosts, postOf, type ApiPost, type PostOrder } from '../../src/lib/posts.ts';
import { overlap, swellOf, type SwellPoint } from '../../src/lib/swell.ts';
import { fakePost } from '../support/fake-mood.ts';

const T = Date.UTC(2026, 10, 21, 14, 30);
const ID = 'crypto:TIDE-USD';
const mention = (native: string, marked = '$TIDE [1.0:up]') =>
  fakePost(ID, native, T, 0.5, marked).data as MentionJson;

function aPost(native: string, change: Partial<ApiPost> = {}): ApiPost {
  const post = postOf(mention(native));
  if (post === null) throw new Error('taken back');
  return { ...post, copy_of: native, ...change };
}

describe('posts behind a window', () => {
  const at = (second: number) => new Date(T + second * 1000).toISOString();
  const ids = (posts: readonly ApiPost[], order: PostOrder) =>
    foldPosts(posts, order).map(({ post }) => post.copy_of);

  it('are read from a mention as the API shows them, and not at all once taken back', () => {
    expect(postOf(mention('a'))).to.include({
      post_id: 'bluesky-world:a',
      copy_of: 'a',
      weight: null,
    });
    expect(postOf(mention('a'))?.target).to.eql({ start: 0, end: 5 });
    expect(postOf({ ...mention('a'), op: 'CANCEL', text: null })).to.equal(null);
    const shown = aPost('a');
    expect(postOf(shown)).to.equal(shown);
  });

  it('fold copies under the earliest, with the weight and share of all', () => {
    const posts = [
      aPost('b', { copy_of: 'x', event_time: at(2), weight: 0.5, share: 0.02 }),
      aPost('a', { copy_of: 'x', event_time: at(1), weight: 1, share: 0.04 }),
    ];
    const [one, ...more] = foldPosts(posts, 'influence');
    expect(more).to.eql([]);
    expect(one).to.include({ copies: 1, weight: 1.5 });
    expect(one?.share).to.be.closeTo(0.06, 1e-12);
    expect(one?.post.post_id).to.equal('bluesky-world:a');
  });

  it('are ordered by what they moved, whichever way, or by time', () => {
    const posts = [
      aPost('a', { event_time: at(1), share: 0.01 }),
      aPost('b', { event_time: at(2), share: -0.09 }),
      aPost('c', { event_time: at(3), share: null, score: 0.2 }),
      aPost('d', { event_time: at(4), share: null, score: -0.9 }),
    ];
    expect(ids(posts, 'influence')).to.eql(['b', 'a', 'd', 'c']);
    expect(ids(posts, 'newest')).to.eql(['d', 'c', 'b', 'a']);
  });

  it('keep every post, once', () => {
    const any = fc.record({
      copy_of: fc.constantFrom('1', '2', '3'),
      share: fc.option(fc.double({ noNaN: true, min: -1, max: 1 })),
    });
    fc.assert(
      fc.property(
        fc.array(any, { maxLength: 20 }),
        fc.constantFrom('influence', 'newest'),
        (changes, order) => {
          const posts = changes.map((change, index) => aPost(`p${String(index)}`, change));
          const folded = foldPosts(posts, order);
          return folded.reduce((count, { copies }) => count + copies + 1, 0) === posts.length;
        },
      ),
    );
  });
});

describe('text of a post', () => {
  const pieces = (marked: string, change: Partial<ApiPost> = {}) => {
    const post = postOf(mention('a', marked));
    return post === null ? [] : textPieces({ ...post, ...change });
  };

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
    const shown = pieces('x', { text, words: [], target: null });
    expect(shown.map((piece) => piece.text).join('')).to.equal('buy evil $TIDE');
  });

  it('cuts 10,000 emoji between two of them', () => {
    const shown = pieces('x', {
      text: '🚀'.repeat(10_000),
      words: [],
      target: null,
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
          target: null,
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
