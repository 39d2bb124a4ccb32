import { expect } from 'chai';
import fc from 'fast-check';
import type { MentionJson } from '@groundswell/schemas';
import { postCells } from '../../src/lib/completeness.ts';
import { textPieces } from '../../src/lib/post-text.ts';
import { foldPosts, livePost, type Post, type PostOrder } from '../../src/lib/posts.ts';
import { overlap, swellOf, type SwellPoint } from '../../src/lib/swell.ts';
import { fakePost } from '../support/fake-mood.ts';

const T = Date.UTC(2026, 10, 21, 14, 30);
const ID = 'crypto:TIDE-USD';
const mention = (native: string, marked = '$TIDE [1.0:up]') =>
  fakePost(ID, native, T, 0.5, marked).data as MentionJson;

function aPost(native: string, change: Partial<Post> = {}): Post {
  return { ...livePost(mention(native)), content_hash: native, ...change };
}

describe('posts behind a window', () => {
  const at = (second: number) => new Date(T + second * 1000).toISOString();
  const ids = (posts: readonly Post[], order: PostOrder) =>
    foldPosts(posts, order).map(({ post }) => post.content_hash);

  it('fold copies under the earliest, with the weight and share of all', () => {
    const posts = [
      aPost('b', { content_hash: 'x', event_time: at(2), weight: 0.5, share: 0.02 }),
      aPost('a', { content_hash: 'x', event_time: at(1), weight: 1, share: 0.04 }),
    ];
    const [one, ...more] = foldPosts(posts, 'influence');
    expect(more).to.eql([]);
    expect(one).to.include({ copies: 1, weight: 1.5 });
    expect(one?.share).to.be.closeTo(0.06, 1e-12);
    expect(one?.post.post_id).to.equal('bluesky-world:a');
  });

  it('fold texts whose SimHashes differ in 10 bits, not in 11, also through a third', () => {
    const hash = (bits: number) => ((1n << BigInt(bits)) - 1n).toString(16).padStart(16, '0');
    const folded = (...bits: number[]) =>
      foldPosts(
        bits.map((count) => aPost(`p${String(count)}`, { simhash: hash(count) })),
        'newest',
      ).length;
    expect([folded(0, 10), folded(0, 11), folded(0, 18, 9)]).to.eql([1, 2, 1]);
    expect(foldPosts([aPost('a'), aPost('b')], 'newest')).to.have.length(2); // too short for one
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
      content_hash: fc.constantFrom('1', '2', '3'),
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
  const pieces = (marked: string, change: Partial<Post> = {}) => {
    return textPieces({ ...mention('a', marked), ...change });
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
