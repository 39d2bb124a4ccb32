import { createHash } from 'node:crypto';
import {
  createSocialWorld,
  createWorld,
  subjects,
  type SocialSnapshot,
} from '@groundswell/simulator';
import { expect } from 'chai';
import { aCrowd, market, options, postsOf, START_US, take, until } from './social-support.ts';

describe('the people of the synthetic world', () => {
  it('are a pure function of the seed', () => {
    expect(take(aCrowd(), 1500)).to.deep.equal(take(aCrowd(), 1500));
    expect(take(aCrowd({ seed: 8 }), 50)).not.to.deep.equal(take(aCrowd(), 50));
  });

  it('go on from a snapshot with exactly what they would have done, in a brigade too', () => {
    const people = aCrowd();
    until(people, 110);
    const text = JSON.stringify(people.snapshot());
    const resumed = createSocialWorld(options, JSON.parse(text) as SocialSnapshot);
    expect(take(resumed, 1500)).to.deep.equal(take(people, 1500));
  });

  it('never change a trade or a booking: the market of seed 7 is what it always was', () => {
    const world = createWorld({ ...market, ratePerSecond: 100 });
    const people = createSocialWorld(options);
    people.follow(world.snapshot());
    const events = Array.from({ length: 3000 }, (_, index) => {
      if (index % 10 === 0) people.next();
      return world.next();
    });
    const digest = createHash('sha256').update(JSON.stringify(events)).digest('hex');
    expect(digest).to.equal('4f265a5e541c74e46c765b8d346b3758b0c1b081777a8b014d6069686b00e7aa');
  });

  it('post about as often as asked, in bursts', () => {
    const acts = until(aCrowd(), 3600);
    const posts = postsOf(acts).filter((post) => post.brigade === null);
    expect(posts.length / 3600).to.be.within(3.2, 4.8);
    const perTenSeconds = Array<number>(360).fill(0);
    for (const { atUs, event } of acts) {
      const index = Math.floor((atUs - START_US) / 10e6);
      if (event.type === 'post') perTenSeconds[index] = (perTenSeconds[index] ?? 0) + 1;
    }
    expect(Math.max(...perTenSeconds)).to.be.greaterThan(80);
  }).timeout(10_000);

  it('tell times that are unique but not monotonic, and claim others, in several spellings', () => {
    const posts = postsOf(take(aCrowd(), 4000));
    const times = posts.map((post) => post.timeUs);
    expect(new Set(times).size).to.equal(times.length);
    expect(times.some((time, index) => time < (times[index - 1] ?? 0))).to.equal(true);
    const skews = posts.map((post) => post.timeUs / 1e6 - Date.parse(post.createdAt) / 1000);
    expect(Math.min(...skews)).to.be.lessThan(-1);
    expect(Math.max(...skews)).to.be.greaterThan(20);
    const spellings = new Set(posts.map((post) => post.createdAt.replace(/\d/g, '9')));
    expect([...spellings].sort()).to.deep.equal([
      '9999-99-99T99:99:99+99:99',
      '9999-99-99T99:99:99.999999Z',
      '9999-99-99T99:99:99.999Z',
    ]);
  });

  it('write identifiers of the right shape, each post its own', () => {
    const posts = postsOf(take(aCrowd(), 2000));
    for (const { did, rkey, rev, cid } of posts) {
      expect(did).to.match(/^did:plc:[a-z2-7]{24}$/);
      expect([rkey, rev].every((tid) => /^3[2-7a-z]{12}$/.test(tid))).to.equal(true);
      expect(cid).to.match(/^bafyrei[a-z2-7]{52}$/);
    }
    expect(new Set(posts.map((post) => post.did + post.rkey)).size).to.equal(posts.length);
  });

  it('say what they write in, or nothing, or something wrong', () => {
    const posts = postsOf(take(aCrowd(), 3000));
    const right = posts.filter(({ langs, lang }) => langs?.includes(lang) === true);
    const none = posts.filter(({ langs }) => langs === null);
    const wrong = posts.length - right.length - none.length;
    expect(none.length / posts.length).to.be.within(0.05, 0.12);
    expect(wrong / posts.length).to.be.within(0.03, 0.1);
    expect(new Set(posts.map(({ lang }) => lang)).size).to.equal(6);
  });

  it('name instruments where the truth says so, in every spelling and style', () => {
    const posts = postsOf(take(aCrowd(), 12_000));
    const kinds = new Set<string>();
    const spell: Record<string, (ticker: string, name: string) => string> = {
      CASHTAG: (ticker) => `$${ticker}`,
      HASHTAG: (ticker) => `#${ticker}`,
      NAME: (_, name) => name,
      BARE: (ticker) => ticker,
    };
    for (const { text, mentions } of posts) {
      for (const { instrumentId, kind, start, end } of mentions) {
        const subject = subjects.find((one) => one.instrumentId === instrumentId);
        const expected = spell[kind]?.(subject?.ticker ?? '', subject?.name ?? '');
        expect(text.slice(start, end), text).to.equal(expected);
        kinds.add(kind);
      }
    }
    expect([...kinds].sort()).to.deep.equal(['BARE', 'CASHTAG', 'HASHTAG', 'NAME']);
    const labelsByStyle = new Map<string, Set<string>>();
    for (const { style, mentions } of posts) {
      const labels = labelsByStyle.get(style) ?? new Set();
      labelsByStyle.set(style, labels);
      labels.add(mentions.map(({ label }) => label.slice(0, 3)).join('+'));
    }
    const both = ['NEG', 'POS'];
    const expected: Record<string, readonly string[]> = {
      plain: ['NEG', 'NEU', 'POS'],
      slang: both,
      emoji: both,
      options: both,
      percent: both,
      shifter: both,
      negation: both,
      'contrast-but': both,
      question: ['NEU'],
      event: ['NEU'],
      opposite: ['NEG+POS', 'POS+NEG'],
      rotation: ['NEG+POS'],
      both: ['NEG+NEG', 'POS+POS'],
      chatter: [''],
      foreign: ['NEG', 'NEU', 'POS'],
    };
    for (const [style, labels] of Object.entries(expected)) {
      expect([...(labelsByStyle.get(style) ?? [])].sort(), style).to.deep.equal(labels);
    }
    const stuffed = posts.filter(({ style }) => style === 'stuffed');
    expect(Math.min(...stuffed.map(({ mentions }) => mentions.length))).to.be.greaterThan(5);
  }).timeout(10_000);

  it('have words of their own: few of an hour of posts about one product repeat another', () => {
    const posts = postsOf(until(aCrowd(), 3600)).filter((post) => post.brigade === null);
    const about = posts.filter(({ mentions }) => mentions[0]?.instrumentId === 'crypto:TIDE-USD');
    const texts = new Map<string, number>();
    for (const { text } of about) {
      const bare = text.replace(/\$[A-Z]+/g, '').trim();
      texts.set(bare, (texts.get(bare) ?? 0) + 1);
    }
    const repeats = [...texts.values()].filter((count) => count > 1).reduce((a, b) => a + b, 0);
    expect(about.length).to.be.greaterThan(500);
    expect(repeats / about.length).to.be.lessThan(0.3);
  }).timeout(10_000);

  it('reply, quote and copy each other', () => {
    const posts = postsOf(take(aCrowd(), 2000));
    const addresses = new Map(
      posts.map((post) => [`at://${post.did}/app.bsky.feed.post/${post.rkey}`, post]),
    );
    for (const name of ['replyTo', 'quoteOf'] as const) {
      const refs = posts.flatMap((post) => post[name] ?? []);
      expect(refs.length, name).to.be.greaterThan(50);
      for (const { uri, cid } of refs) expect(addresses.get(uri)?.cid).to.equal(cid);
    }
    const copies = posts.filter(({ copyOf }) => copyOf !== null);
    expect(copies.length).to.be.greaterThan(20);
    for (const { text, copyOf } of copies) {
      expect(text.startsWith(addresses.get(copyOf ?? '')?.text ?? '?')).to.equal(true);
    }
  });

  it('feel what the price does: quick crowds before it, slow ones after', () => {
    const people = aCrowd();
    const world = createWorld(market);
    const seconds = 3 * 3600;
    const prices = new Map<string, number[]>();
    const moods = new Map<string, number[]>();
    for (let now = 0; now < seconds; now += 10) {
      while (world.peekUs() < START_US + now * 1e6) {
        const event = world.next();
        if (event.type !== 'trade') continue;
        const series = prices.get(event.product) ?? [];
        prices.set(event.product, series);
        series[now / 10] = Math.log(Number(event.price));
      }
      until(people, now);
      for (const [id, mood] of Object.entries(people.moods())) {
        moods.set(id, [...(moods.get(id) ?? []), mood]);
      }
    }
    /** Correlation of the mood with the price's move over the two minutes that end `lagSteps` x 10 s later. */
    const follows = (ticker: string, lagSteps: number): number => {
      const price = prices.get(`${ticker}-USD`) ?? [];
      const pairs = (moods.get(`crypto:${ticker}-USD`) ?? []).flatMap((mood, index) => {
        const [to, from] = [price[index + lagSteps], price[index + lagSteps - 12]];
        return to === undefined || from === undefined ? [] : [[mood, to - from] as const];
      });
      return correlation(pairs);
    };
    for (const ticker of ['TIDE', 'CINDR', 'VOLT', 'DOGE']) {
      expect(follows(ticker, 3), ticker).to.be.greaterThan(0.3);
      expect(follows(ticker, 3), ticker).to.be.greaterThan(follows(ticker, -12));
    }
    for (const ticker of ['GLCR', 'MOSS', 'BTC']) {
      expect(follows(ticker, -6), ticker).to.be.greaterThan(follows(ticker, 6));
    }
  }).timeout(30_000);

  it('write as they feel: labels lean to the mood', () => {
    const people = aCrowd();
    const high: number[] = [];
    const low: number[] = [];
    for (let count = 0; count < 12_000; count += 1) {
      const { event } = people.next();
      if (event.type !== 'post' || event.brigade !== null) continue;
      const [first] = event.mentions;
      const mood = people.moods()[first?.instrumentId ?? ''] ?? 0;
      if (Math.abs(mood) < 0.4 || first === undefined || first.label === 'NEUTRAL') continue;
      const labels = mood > 0 ? high : low;
      labels.push(first.label === 'POSITIVE' ? 1 : 0);
    }
    expect(mean(high)).to.be.greaterThan(0.68);
    expect(mean(low)).to.be.lessThan(0.32);
  }).timeout(20_000);
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}

function correlation(pairs: readonly (readonly [number, number])[]): number {
  const meanA = mean(pairs.map(([a]) => a));
  const meanB = mean(pairs.map(([, b]) => b));
  let [ab, aa, bb] = [0, 0, 0];
  for (const [a, b] of pairs) {
    ab += (a - meanA) * (b - meanB);
    aa += (a - meanA) ** 2;
    bb += (b - meanB) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}
