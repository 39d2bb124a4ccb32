import { createHash } from 'node:crypto';
import { createSocialWorld, type SocialAct } from '@groundswell/simulator';
import { expect } from 'chai';
import { aCrowd, brigadesOf, options, postsOf, START_US, until } from './social-support.ts';

describe('a closed account', () => {
  it('goes ten minutes after its last post, when all that was on its way has arrived', () => {
    const people = aCrowd();
    for (;;) {
      const { atUs } = people.next();
      const [leaver] = people.snapshot().leaving;
      if (leaver === undefined) continue;
      expect((leaver.atUs - atUs) / 1e6).to.be.within(590, 600);
      const rest = until(people, (leaver.atUs - START_US) / 1e6 + 60);
      const theirs = rest.filter(
        ({ event }) => event.type !== 'brigade' && event.did === leaver.did,
      );
      expect(theirs.map(({ event }) => event.type)).to.deep.equal(['account-deleted']);
      break;
    }
  }).timeout(10_000);
});

describe('a brigade', () => {
  let acts: SocialAct[];
  before(() => {
    acts = until(aCrowd(), 3600);
  });

  it('comes within two minutes after the market opens, then about every six', () => {
    const brigades = brigadesOf(acts);
    expect((brigades[0]?.fromUs ?? 0) - START_US).to.be.within(40e6, 100e6);
    const gaps = brigades.slice(1).map((one, index) => one.fromUs - (brigades[index]?.fromUs ?? 0));
    expect(Math.min(...gaps)).to.be.at.least(280e6);
    expect(Math.max(...gaps)).to.be.at.most(440e6);
    for (const [index, one] of brigades.entries()) {
      expect(one.instrumentId).not.to.equal(brigades[index + 1]?.instrumentId);
    }
  }).timeout(10_000);

  it('is told as it happened: posts, span, accounts, the copied text', () => {
    const posts = postsOf(acts);
    for (const truth of brigadesOf(acts).slice(0, -1)) {
      const members = posts.filter((post) => post.brigade === truth.number);
      expect(members.length).to.equal(truth.posts).and.to.be.within(40, 120);
      expect(truth.toUs - truth.fromUs).to.be.within(30e6, 90e6);
      const dids = new Set(members.map(({ did }) => did));
      expect([...dids].sort()).to.deep.equal([...truth.dids].sort());
      expect(dids.size / members.length).to.be.lessThan(0.2);
      for (const { text, mentions, authorSinceUs } of members) {
        expect(text.startsWith(truth.text)).to.equal(true);
        const named = mentions.map(({ instrumentId, label }) => `${instrumentId} ${label}`);
        expect(named).to.deep.equal([`${truth.instrumentId} POSITIVE`]);
        expect(truth.fromUs - authorSinceUs).to.be.lessThan(16 * 86_400e6);
      }
      const digest = createHash('sha256').update(truth.text).digest('hex');
      expect(truth.sha256).to.equal(digest);
    }
  }).timeout(10_000);

  it('is loud: many times what anyone else says about its product', () => {
    const posts = postsOf(acts);
    for (const truth of brigadesOf(acts).slice(0, -1)) {
      const about = posts.filter((post) =>
        post.mentions.some(({ instrumentId }) => instrumentId === truth.instrumentId),
      );
      const usual = about.filter((post) => post.brigade === null).length / 60;
      expect(usual).to.be.within(0.5, 5);
      expect(truth.posts).to.be.greaterThan(8 * usual);
    }
  }).timeout(10_000);

  it('does not come before there is a market: the past is calm', () => {
    const people = createSocialWorld(options);
    expect(brigadesOf(until(people, 3600))).to.deep.equal([]);
  }).timeout(10_000);
});
