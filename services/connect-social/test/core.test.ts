import { expect } from 'chai';
import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { createAuthorKeys } from '../src/core/author-key.ts';
import { createPostIndex } from '../src/core/post-index.ts';
import { rightsOf } from '../src/core/rights.ts';
import { createSettling } from '../src/core/settling.ts';
import { cursorFor, subscriptionUrl } from '../src/sources/bluesky/address.ts';
import { blueskyLimits as limits } from '../src/sources/bluesky/limits.ts';
import { isOlderRev, isTid, tidTimeUs } from '../src/sources/bluesky/tid.ts';
import { tidOf } from './support.ts';

describe('pseudonyms of authors', () => {
  const key = 'one key for both, by mistake';
  const authors = createAuthorKeys('bluesky', [{ version: 1, key }]);

  it('are an HMAC with a version, and never those of investors, even under the same key', () => {
    const did = 'did:plc:xezpuayqtpcnydjk2y2kvfel';
    const mac = createHmac('sha256', key)
      .update(`social-author\0bluesky\0${did}`)
      .digest('base64url');
    expect(authors.current(did)).to.equal(`v1:${mac}`);
    const investor = createHmac('sha256', key).update(`bluesky\0${did}`).digest('base64url');
    expect(authors.current(did)).not.to.contain(investor);
    const elsewhere = createAuthorKeys('bluesky-world', [{ version: 1, key }]);
    expect(elsewhere.current(did)).not.to.equal(authors.current(did));
  });

  it('carry the newest version and can be looked for under all of them', () => {
    const two = createAuthorKeys('bluesky', [
      { version: 1, key },
      { version: 2, key: 'the next key of them' },
    ]);
    expect(two.current('a')).to.match(/^v2:/);
    expect(two.all('a')).to.deep.equal([two.current('a'), authors.current('a')]);
  });
});

describe('rights', () => {
  it('let nothing be shown on of a source that nobody wrote down (R1)', () => {
    expect(rightsOf('bluesky')).to.deep.equal({ storeText: true, redistributeText: true });
    expect(rightsOf('somewhere').redistributeText).to.equal(false);
  });
});

describe('revisions and record names', () => {
  it('are times that sort as texts', () => {
    const us = 1_783_175_888_090_631;
    expect(isTid('3mptbyojlq5bb')).to.equal(true);
    expect(tidTimeUs(tidOf(us))).to.equal(us);
    // The recorded post was made within seconds of its arrival.
    expect(Math.abs((tidTimeUs('3mptbyojlq5bb') ?? 0) - us)).to.be.lessThan(60e6);
    expect(isOlderRev(tidOf(us), tidOf(us + 1))).to.equal(true);
    expect(isOlderRev(tidOf(us), tidOf(us))).to.equal(false);
    for (const text of ['self', 'zzzzzzzzzzzzz', '', '3mptbyojlq5b1']) {
      expect(isTid(text), text).to.equal(false);
      expect(tidTimeUs(text)).to.equal(null);
      expect(isOlderRev(text, tidOf(us))).to.equal(false);
    }
  });
});

describe('which frames are settled (K10)', () => {
  it('never passes a frame that is not, in any order of acks, and ends at the newest', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 30 }), (weights) => {
        const settling = createSettling(-1);
        const done = new Set<number>();
        const frames = weights.map((weight, at) => ({ at, weight, settle: settling.begin(at) }));
        for (const { at, settle } of [...frames].sort((a, b) => a.weight - b.weight)) {
          settle();
          done.add(at);
          const firstOpen = frames.find((frame) => !done.has(frame.at))?.at ?? frames.length;
          expect(settling.position()).to.equal(firstOpen - 1);
        }
        expect(settling.inFlight()).to.equal(0);
      }),
    );
  });

  it('starts where it was and keeps memory for frames in flight only', () => {
    const settling = createSettling(7);
    expect(settling.position()).to.equal(7);
    const held = settling.begin(8);
    for (let at = 9; at < 1_000; at += 1) settling.begin(at)();
    expect(settling.position()).to.equal(7);
    expect(settling.inFlight()).to.equal(1);
    held();
    expect(settling.position()).to.equal(999);
  });
});

describe('the index of published posts', () => {
  const post = (authorKey: string, gone = false) => ({ rev: 'r', eventId: 'e', authorKey, gone });

  it('finds what of an author is still there', () => {
    const index = createPostIndex({ capacity: 10, completeFromUs: -Infinity });
    index.put('a', post('x'), 1);
    index.put('b', post('x'), 2);
    index.put('c', post('y'), 3);
    index.put('a', post('x', true), null);
    expect(index.ofAuthor('x')).to.deep.equal(['b']);
    index.put('b', post('x', true), null);
    expect(index.ofAuthor('x')).to.deep.equal([]);
    expect(index.get('a')?.gone).to.equal(true);
  });

  it('is sure only about posts that are younger than what it forgot, or than where it began', () => {
    const index = createPostIndex({ capacity: 2, completeFromUs: 100 });
    expect(index.mayHaveForgotten(99)).to.equal(true);
    expect(index.mayHaveForgotten(100)).to.equal(false);
    expect(index.mayHaveForgotten(null)).to.equal(true);
    for (const [key, us] of [
      ['a', 150],
      ['b', 160],
      ['c', 170],
    ] as const)
      index.put(key, post(key), us);
    expect(index.get('a')).to.equal(undefined);
    expect(index.ofAuthor('a')).to.deep.equal([]);
    expect(index.size()).to.equal(2);
    expect([150, 151].map((us) => index.mayHaveForgotten(us))).to.deep.equal([true, false]);
  });
});

describe('addresses', () => {
  const position = {
    host: 'wss://a.example',
    timeUs: 1_783_175_888_090_631,
    seq: 5_000,
    seen: true,
  };

  it('subscribe by their parameters, those of each version', () => {
    expect(subscriptionUrl('wss://a.example/', 'v1', 9)).to.equal(
      'wss://a.example/subscribe?wantedCollections=app.bsky.feed.post&cursor=9',
    );
    expect(subscriptionUrl('wss://a.example', 'v2', 7)).to.equal(
      'wss://a.example/xrpc/network.bsky.jetstream.subscribeEvents?kinds=commit&kinds=account&collections=app.bsky.feed.post&cursor=7',
    );
  });

  it('resume a little earlier: by number on the same host, by time elsewhere or where numbers are of no use', () => {
    const { timeUs } = position;
    expect(cursorFor(position, 'wss://a.example', false, limits)).to.equal(4_900);
    expect(cursorFor(position, 'wss://a.example', true, limits)).to.equal(timeUs - 2_000_000);
    expect(cursorFor(position, 'wss://b.example', false, limits)).to.equal(timeUs - 5_000_000);
    expect(cursorFor({ ...position, seq: null }, 'wss://a.example', false, limits)).to.equal(
      timeUs - 2_000_000,
    );
    expect(cursorFor({ ...position, seq: 3 }, 'wss://a.example', false, limits)).to.equal(1);
  });
});
