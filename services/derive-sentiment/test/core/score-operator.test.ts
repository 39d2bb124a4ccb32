import type { Mention, SocialPost } from '@groundswell/schemas';
import { createRuleScorer } from '@groundswell/sentiment';
import { expect } from 'chai';
import fc from 'fast-check';
import { ScoreOperator } from '../../src/core/score-operator.ts';
import { createScorePostStep } from '../../src/steps/score-post.ts';
import { aPost, postEvent, START_MS, START_US } from '../support/builders.ts';
import { Stored } from '../support/stored.ts';

const scorePost = createScorePostStep(createRuleScorer({ mode: 'finance' }));
const SECOND_US = 1_000_000;
const HOUR_MS = 3_600_000;

interface Told {
  readonly mention: Mention;
  readonly valueKey: string;
  readonly ver: number;
}

/** One transaction per list of posts, each by an owner that knows only what is stored. */
async function play(
  stored: Stored,
  ...batches: readonly (readonly SocialPost[])[]
): Promise<Told[]> {
  const told: Told[] = [];
  for (const batch of batches) {
    const operator = new ScoreOperator(scorePost);
    const events = batch.map(postEvent);
    await operator.prepare(events, stored);
    for (const event of events) expect(operator.apply(event).verdict).to.equal('applied');
    await operator.advance(
      { partitionClockMs: null, broadcastClockMs: null, idle: false, wallClockMs: 0 },
      stored,
    );
    const { state, derived } = operator.take();
    stored.put(state);
    for (const one of derived) {
      const mention = one.build({ lineage: 1, knownAtUs: 1, positions: [] }) as Mention;
      expect(one.keep).to.equal('latest');
      expect(one.key).to.equal(mention.instrumentId);
      expect(one.inputEntity, 'whose trace goes on (H3)').to.equal(mention.postId);
      expect(one.eventId({ lineage: 1, knownAtUs: 1, positions: [] })).to.equal(mention.eventId);
      told.push({ mention, valueKey: one.valueKey, ver: one.ver });
    }
  }
  return told;
}

const brief = ({ mention }: Told): string =>
  `${mention.op} ${mention.eventId}${mention.refEventId === null ? '' : ` of ${mention.refEventId}`}`;

/** Revisions of one post, a second apart. */
const create = (text: string): SocialPost => aPost(text);
const edit = (text: string, rev = '2'): SocialPost =>
  aPost(text, { op: 'CORRECT', nativeRev: rev, eventTimeUs: START_US + Number(rev) * SECOND_US });
const remove = aPost(null, { op: 'CANCEL', nativeRev: '9', eventTimeUs: START_US + 9 * SECOND_US });

describe('mentions of a post', () => {
  it('name each instrument once, and the market', async () => {
    const told = await play(new Stored(), [create('$TIDE to the moon, $MOSS too. $TIDE!')]);
    expect(told.map(brief)).to.deep.equal([
      'CREATE world:p1:1|crypto:TIDE-USD',
      'CREATE world:p1:1|crypto:MOSS-USD',
      'CREATE world:p1:1|market:all',
    ]);
    expect(told.map(({ valueKey, ver }) => [valueKey, ver])).to.deep.equal([
      ['mention|world:p1|crypto:TIDE-USD', 1],
      ['mention|world:p1|crypto:MOSS-USD', 1],
      ['mention|world:p1|market:all', 1],
    ]);
    const [tide, moss, market] = told.map(({ mention }) => mention);
    expect(tide?.symbolsAsOf, 'of the list (S53)').to.equal('2025-08-24');
    expect(tide).to.include({ symbolCount: 2, isPrimary: true, targetStart: 0, targetEnd: 5 });
    expect(moss).to.include({ isPrimary: false, targetStart: 19, resolutionConfidence: 0.95 });
    expect(market).to.include({
      symbolCount: 2,
      isPrimary: false,
      targetStart: null,
      resolutionConfidence: 1,
    });
  });

  it('say nothing where no instrument is named, or nobody wrote', async () => {
    expect(await play(new Stored(), [create('what a day')])).to.deep.equal([]);
    expect(await play(new Stored(), [create('$XXX to the moon')])).to.deep.equal([]);
    const repost = aPost('$TIDE to the moon', { repostOf: 'p0' });
    expect(await play(new Stored(), [repost])).to.deep.equal([]);
  });

  it('are scored again by an edit: replaced where still named, taken back where not, new where new', async () => {
    const told = await play(
      new Stored(),
      [create('$TIDE and $MOSS will crash')],
      [edit('$MOSS and $NRTH to the moon')],
      [edit('$TIDE is great', '3')],
    );
    expect(told.slice(3).map(brief)).to.deep.equal([
      'CANCEL world:p1:2|crypto:TIDE-USD of world:p1:1|crypto:TIDE-USD',
      'CORRECT world:p1:2|crypto:MOSS-USD of world:p1:1|crypto:MOSS-USD',
      'CREATE world:p1:2|crypto:NRTH-USD',
      'CORRECT world:p1:2|market:all of world:p1:1|market:all',
      'CANCEL world:p1:3|crypto:MOSS-USD of world:p1:1|crypto:MOSS-USD',
      'CANCEL world:p1:3|crypto:NRTH-USD of world:p1:2|crypto:NRTH-USD',
      'CREATE world:p1:3|crypto:TIDE-USD',
      'CORRECT world:p1:3|market:all of world:p1:1|market:all',
    ]);
    // Versions go on through a retraction.
    const tide = told.filter(({ valueKey }) => valueKey.endsWith('TIDE-USD'));
    expect(tide.map(({ ver }) => ver)).to.deep.equal([1, 2, 3]);
    // One post, one time: an edit moves nothing between windows.
    expect(new Set(told.map(({ mention }) => mention.eventTimeUs))).to.deep.equal(
      new Set([START_US]),
    );
    const market = told.filter(({ valueKey }) => valueKey.endsWith('market:all'));
    expect(market.map(({ mention }) => mention.label)).to.deep.equal([
      'NEGATIVE',
      'POSITIVE',
      'POSITIVE',
    ]);
  });

  it('are all taken back by a deletion, without text, score or hash', async () => {
    const stored = new Stored();
    const told = await play(
      stored,
      [create('$TIDE secret words')],
      [remove],
      [edit('$TIDE again', '8')],
      [edit('$TIDE still', '12')],
    );
    expect(told.slice(2).map(brief)).to.deep.equal([
      'CANCEL world:p1:9|crypto:TIDE-USD of world:p1:1|crypto:TIDE-USD',
      'CANCEL world:p1:9|market:all of world:p1:1|market:all',
    ]);
    expect(told[2]?.mention).to.include({ text: null, contentHash: '', simhash: '', score: 0 });
    expect(told[2]?.mention.words).to.deep.equal([]);
    expect(stored.text()).not.to.include('secret');
  });

  it('tell the later of two revisions that the source dates alike', async () => {
    const sameTime = (rev: string, text: string): SocialPost =>
      aPost(text, { op: 'CORRECT', nativeRev: rev });
    const older = sameTime('1700000100', '$MOSS');
    const newer = sameTime('1700000200', '$NRTH');
    for (const order of [
      [older, newer],
      [newer, older],
    ]) {
      const told = await play(new Stored(), [aPost('$TIDE', { nativeRev: null })], order);
      const last = new Map(told.map(({ mention }) => [mention.instrumentId, mention.op]));
      expect(
        [...last]
          .filter(([, op]) => op !== 'CANCEL')
          .map(([id]) => id)
          .sort(),
      ).to.deep.equal(['crypto:NRTH-USD', 'market:all']);
    }
  });

  it('wait for the post when its edit came first, and then say the edit at the time of the post', async () => {
    const stored = new Stored();
    expect(await play(stored, [edit('$MOSS is great')])).to.deep.equal([]);
    const told = await play(stored, [create('$TIDE is bad')], [edit('$TIDE was older', '1.5')]);
    expect(told.map(brief)).to.deep.equal([
      'CREATE world:p1:2|crypto:MOSS-USD',
      'CREATE world:p1:2|market:all',
    ]);
    expect(told[0]?.mention).to.include({ eventTimeUs: START_US, postRevision: '2' });
  });

  it('never appear when the deletion came first', async () => {
    const stored = new Stored();
    expect(await play(stored, [remove], [create('$TIDE is bad')], [edit('$TIDE')])).to.deep.equal(
      [],
    );
    expect(await play(stored, [edit('$TIDE'), remove, create('$TIDE')])).to.deep.equal([]);
  });

  it('are forgotten with their text while they still waited for the post', async () => {
    const stored = new Stored();
    await play(stored, [edit('$TIDE secret words')]);
    expect(stored.text()).to.include('secret');
    expect(await play(stored, [remove], [create('$TIDE')])).to.deep.equal([]);
    expect(stored.text()).not.to.include('secret');
  });

  it('end the same whatever order the events of a post arrive in, and however they are cut', async () => {
    const events = [
      create('$TIDE is bad'),
      edit('$TIDE and $MOSS are great'),
      edit('$MOSS crash', '3'),
      edit('$TIDE moon', '2.5'),
    ];
    const standing = async (order: readonly SocialPost[], cut: number): Promise<string[]> => {
      const told = await play(new Stored(), order.slice(0, cut), order.slice(cut));
      const last = new Map(told.map(({ valueKey, mention }) => [valueKey, mention]));
      return [...last.values()]
        .filter(({ op }) => op !== 'CANCEL')
        .map((one) => `${one.instrumentId} ${one.postRevision} ${one.score} ${one.eventTimeUs}`)
        .sort();
    };
    const expected = await standing(events, 4);
    expect(expected).to.have.length(2);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(events, { minLength: 4 }),
        fc.nat(4),
        async (order, cut) => {
          expect(await standing(order, cut)).to.deep.equal(expected);
          expect(await standing([...order, remove], cut)).to.deep.equal([]);
          expect(await standing([remove, ...order], cut)).to.deep.equal([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('what is remembered of a post', () => {
  /** Move the clock of the partition without records. */
  async function pass(stored: Stored, hours: number): Promise<void> {
    const operator = new ScoreOperator(scorePost);
    await operator.prepare([], stored);
    await operator.advance(
      {
        partitionClockMs: START_MS + hours * HOUR_MS,
        broadcastClockMs: null,
        idle: false,
        wallClockMs: 0,
      },
      stored,
    );
    stored.put(operator.take().state);
  }

  it('is forgotten after 48 hours, but not while a text of it is listed', async () => {
    const stored = new Stored();
    const named = aPost('$TIDE', { nativeId: 'named' });
    await play(stored, [
      named,
      aPost('hello', { nativeId: 'idle' }),
      aPost(null, { nativeId: 'gone', op: 'CANCEL' }),
    ]);
    await pass(stored, 47.9);
    expect(stored.keys()).to.have.length(3);
    await pass(stored, 48.1);
    expect(stored.keys()).to.deep.equal(['world:named']);
    await pass(stored, 168.9);
    // A deletion of the sixth day still finds what to take back.
    const sixthDay = START_US + 6 * 24 * HOUR_MS * 1000;
    const told = await play(stored, [
      aPost(null, { nativeId: 'named', op: 'CANCEL', nativeRev: 'del', eventTimeUs: sixthDay }),
    ]);
    expect(told.map(({ mention }) => mention.op)).to.deep.equal(['CANCEL', 'CANCEL']);
    await pass(stored, 6 * 24 + 48.1);
    expect(stored.keys()).to.deep.equal([]);
  });
});
