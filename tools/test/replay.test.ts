import { expect } from 'chai';
import { parseE18 } from '@groundswell/domain';
import type { Mention, SocialPost } from '@groundswell/schemas';
import { agreementOf, agreements } from '../replay/agreement.ts';
import { firstDifference } from '../replay/difference.ts';
import { createPostIntake } from '../replay/post-intake.ts';
import { createRecordMapper } from '../replay/records.ts';
import { resolveTape, type Resolved } from '../replay/resolve.ts';
import { createProgress } from '../tape/progress.ts';
import { parseEvent } from '../tape/parse.ts';
import type { TapeHeader } from '../tape/index.ts';

const header: TapeHeader = {
  tape: 1,
  name: 'n',
  source: 's',
  licence: 'l',
  instruments: [{ id: 'equity:A', title: 'A', currency: 'EUR', feed: 'f' }],
};

function resolve(...events: readonly Record<string, unknown>[]): readonly Resolved[] {
  const symbols = new Set(['equity:A']);
  return resolveTape({
    file: 't',
    header,
    hash: '00000000',
    events: events.map((event, index) => ({
      line: index + 2,
      event: parseEvent(JSON.stringify({ ts: 1_704_153_600_000, ...event }), symbols),
    })),
  });
}
const recordsOf = (...events: readonly Record<string, unknown>[]) =>
  resolve(...events).flatMap((one) =>
    one.topic === 'post' ? [] : [createRecordMapper(header)(one)],
  );

const buy = {
  id: 'b',
  type: 'BUY',
  investor: 'i',
  symbol: 'equity:A',
  qty: '5',
  price: '20',
  fee: '1',
};
const post = { id: 'p', type: 'POST', author: 'ann', text: '$A is strong' };
const trade = { id: 't', type: 'TRADE', symbol: 'equity:A', price: '10', size: '2', seq: 4 };

describe('records of a tape', () => {
  it('carry keys, signs and times as a connector would have set them', () => {
    const [bought, sold, traded, marked] = recordsOf(
      buy,
      { ...buy, id: 's', type: 'SELL' },
      trade,
      { id: 'm', type: 'MARK', symbol: 'equity:A', price: '11' },
    );
    expect(bought).to.include({ topic: 'brokerage.transaction.v1', key: 'i' });
    expect(bought?.record).to.include({
      kind: 'BUY',
      quantityE18: parseE18('5'),
      netCashE18: parseE18('-101'),
      ingestTimeUs: 1_704_153_600_000_000,
      currency: 'EUR',
    });
    expect(sold?.record).to.include({ quantityE18: parseE18('-5'), netCashE18: parseE18('99') });
    expect(traded).to.include({ topic: 'market.trade.v1', key: 'equity:A@f' });
    expect(traded?.record).to.include({ assetClass: 'EQUITY', sequence: 4 });
    expect(marked).to.include({ topic: 'market.mark.v1', key: 'equity:A@f' });
  });

  it('put money that leaves the account as negative cash', () => {
    const cash = ['DEPOSIT', 'WITHDRAWAL', 'FEE', 'INTEREST'].map((type) => ({
      id: type,
      type,
      investor: 'i',
      amount: '3',
    }));
    const amounts = recordsOf(...cash).map(
      ({ record }) => 'netCashE18' in record && record.netCashE18,
    );
    expect(amounts).to.deep.equal(['3', '-3', '-3', '3'].map(parseE18));
  });

  it('give a correction the whole content of its target, with what earlier corrections replaced', () => {
    const records = recordsOf(
      { id: 'c2', type: 'CORRECT', ref: 'b', set: { qty: '4' }, ts: 1_704_153_700_000 },
      buy,
      { id: 'c1', type: 'CORRECT', ref: 'b', set: { price: '21' }, ts: 1_704_153_650_000 },
    );
    expect(records[0]?.record).to.include({
      op: 'CORRECT',
      refEventId: 'b',
      eventTimeUs: 1_704_153_700_000_000,
    });
    expect(records[0]?.record).to.include({ quantityE18: parseE18('4'), priceE18: parseE18('21') });
    expect(records[2]?.record).to.include({ quantityE18: parseE18('5'), priceE18: parseE18('21') });
  });

  it('put a corrected trade at the time it now has, under its own order number', () => {
    const [, corrected] = recordsOf(trade, {
      id: 'c',
      type: 'CORRECT',
      ref: 't',
      seq: 9,
      set: { price: '12', ts: 1_704_153_600_001 },
    });
    expect(corrected?.record).to.include({
      eventTimeUs: 1_704_153_600_001_000,
      sequence: 4,
      priceE18: parseE18('12'),
      sizeE18: parseE18('2'),
    });
  });

  it('send a cancel where its target went', () => {
    const records = recordsOf(
      buy,
      trade,
      { id: 'x', type: 'CANCEL', ref: 'b' },
      { id: 'y', type: 'CANCEL', ref: 't' },
      { id: 'z', type: 'CANCEL', ref: 'nothing', investor: 'j' },
    );
    expect(records.map(({ key }) => key).slice(2)).to.deep.equal(['i', 'equity:A@f', 'j']);
  });

  for (const [what, event, problem] of [
    [
      'an unknown target',
      { id: 'c', type: 'CORRECT', ref: 'z', set: {} },
      'nothing on the tape has the id "z"',
    ],
    [
      'an orphan without an owner',
      { id: 'c', type: 'CANCEL', ref: 'z' },
      'name an investor or a symbol',
    ],
    [
      'a moved booking',
      { id: 'c', type: 'CORRECT', ref: 'b', set: { ts: 1 } },
      'a correction of a BUY cannot replace "ts"',
    ],
    [
      'a post that was corrected in nothing',
      { id: 'c', type: 'CORRECT', ref: 'p', set: {} },
      'a correction of a POST must set its "text"',
    ],
    ['a corporate action', { id: 'c', type: 'SPLIT' }, 'SPLIT has no topic in this version'],
  ] as const) {
    it(`are refused with the line for ${what}`, () => {
      expect(() => resolve(buy, event, post))
        .to.throw(problem)
        .with.property('message')
        .match(/^t:3: /);
    });
  }
});

describe('posts of a tape', () => {
  const posts: SocialPost[] = [];
  const take = (...events: readonly Record<string, unknown>[]): readonly SocialPost[] => {
    posts.length = 0;
    const intake = createPostIntake(
      header,
      (_topic, key, record) => {
        const made = record as SocialPost;
        expect(key).to.equal(`${made.source}:${made.nativeId}`);
        posts.push(made);
      },
      ({ event }) => event.tsUs,
    );
    for (const one of resolve(...events)) if (one.topic === 'post') intake(one);
    return posts;
  };
  const START = 1_704_153_600_000;

  it('become what the connector would have made of them: named instruments, language, pseudonym, no right to be shown', () => {
    const [made] = take({ ...post, text: 'Nice numbers, I like $A and the other one a lot' });
    expect(made?.mentions.map(({ instrumentId }) => instrumentId)).to.deep.equal(['equity:A']);
    expect(made).to.include({ op: 'CREATE', lang: 'en', redistributeText: false });
    expect(made?.authorKey).to.match(/^v1:/);
    expect(made?.nativeId).to.equal(`${made?.authorKey}/p`);
    expect(made?.contentHash).to.have.length(64);
  });

  it('are passed on only if they name an instrument, then with every edit and the deletion', () => {
    const made = take(
      { ...post, id: 'silent', text: 'good morning' },
      post,
      { id: 'c', type: 'CORRECT', ref: 'p', set: { text: 'good morning' }, ts: START + 1000 },
      { id: 'x', type: 'CANCEL', ref: 'p', ts: START + 2000 },
      post,
    );
    expect(made.map(({ op }) => op)).to.deep.equal(['CREATE', 'CORRECT', 'CANCEL']);
    expect(made.map(({ text }) => text)).to.deep.equal(['$A is strong', 'good morning', null]);
    expect(new Set(made.map(({ nativeId }) => nativeId)).size).to.equal(1);
  });
});

describe('the agreement of a scorer with people', () => {
  // y and p of a reference made with scikit-learn: accuracy .7, macro-F1 .698413.
  const truth = [0, 1, 2, 2, 1, 0, 1, 2, 0, 1];
  const said = [0, 2, 2, 2, 1, 0, 0, 2, 1, 1];
  const labels = ['negative', 'neutral', 'positive'] as const;
  const rows = truth.map((label, index) => ({
    truth: labels[label] ?? 'neutral',
    label: labels[said[index] ?? 1] ?? 'neutral',
    score: 0,
    rating: undefined,
  }));

  it('counts every class and every confusion, and is sure of nothing it has few of', () => {
    const found = agreementOf('any', rows);
    expect(found.n).to.equal(10);
    expect(found.accuracy.value).to.equal(0.7);
    expect(found.macroF1.value).to.be.closeTo(0.6984126984126985, 1e-12);
    expect(found.classes.neutral).to.deep.equal({ n: 4, precision: 2 / 3, recall: 0.5 });
    expect(found.confusion.neutral).to.deep.equal({ negative: 1, neutral: 2, positive: 1 });
    // Of ten rows with p = .7 the middle 95 % lie between 4 and 10 hits.
    expect(found.accuracy.low).to.be.within(0.3, 0.5);
    expect(found.accuracy.high).to.be.within(0.9, 1);
    expect(agreementOf('any', rows)).to.deep.equal(found);
  });

  it('is asked of both modes, of labelled texts only, and of what was published', () => {
    const at = {
      type: 'POST',
      tsUs: 0,
      seq: null,
      ingestUs: null,
      author: 'a',
      lang: 'en',
    } as const;
    // Of these words only the finance lexicon knows what they mean.
    const posts = [
      { ...at, id: '1', text: 'beats estimates', label: 'positive' },
      { ...at, id: '2', text: 'a terrible loss', label: null },
      { ...at, id: '3', text: 'a great result', label: 'neutral' },
      { ...at, id: '4', text: 'a great result', label: 'positive' },
    ] as const;
    const mention = (id: string, own: Partial<Mention> = {}): Mention =>
      ({
        ...{ op: 'CREATE', instrumentId: 'market:all', postId: `tape:a/${id}`, skipped: null },
        ...{ label: 'POSITIVE', score: 1 },
        ...own,
      }) as Mention;
    const found = agreements(posts, [
      mention('1'),
      mention('2'),
      mention('1', { instrumentId: 'equity:A', label: 'NEGATIVE', score: -1 }),
      mention('3'),
      mention('3', { op: 'CANCEL' }),
      mention('4', { skipped: 'not_english' }),
    ]);
    expect(found.map(({ scorer, n, accuracy }) => [scorer, n, accuracy.value])).to.deep.equal([
      ['plain', 3, 1 / 3],
      ['finance', 3, 2 / 3],
      ['finance, as published', 1, 1],
    ]);
    // No platform, no third line.
    expect(agreements(posts, []).length).to.equal(2);
    expect(agreements([{ ...at, id: '2', text: 'x', label: null }], [])).to.deep.equal([]);
  });
});

describe('the comparison with the oracle', () => {
  it('sees a difference in the last digit of money, in a list, and in a missing field', () => {
    const value = { a: '1.00000001', b: [{ c: 1 }], d: null };
    expect(firstDifference(value, { ...value })).to.equal(null);
    expect(firstDifference({ ...value, a: '1.00000002' }, value)).to.equal(
      'a is "1.00000002", not "1.00000001"',
    );
    expect(firstDifference({ ...value, b: [{ c: 2 }] }, value)).to.equal('b.0.c is 2, not 1');
    expect(firstDifference({ ...value, b: [] }, value)).to.equal('b.0 is missing, not {"c":1}');
    expect(firstDifference({ ...value, d: 0 }, value)).to.equal('d is 0, not null');
  });

  it('allows doubles, and only doubles, to differ by 1e-9 of their size', () => {
    expect(firstDifference(0.1 + 0.2, 0.3)).to.equal(null);
    expect(firstDifference(0.3000001, 0.3)).not.to.equal(null);
    expect(firstDifference(1_000_000_001, 1_000_000_000)).not.to.equal(null);
  });
});

describe('the progress of a long piece of work', () => {
  function drawn(isTTY: boolean, everyMs: number): string {
    let text = '';
    let nowMs = 0;
    const out = { isTTY, write: (part: string) => ((text += part), true) };
    const progress = createProgress(out as never, 'published', 4, () => nowMs);
    for (const done of [1, 2, 4]) {
      nowMs += everyMs;
      progress.update(done);
    }
    progress.end();
    return text;
  }

  it('redraws one line with a bar on a terminal', () => {
    const text = drawn(true, 1_000);
    expect(text.split('\r')).to.have.length(4);
    expect(text).to.include('[###############...............] 2 of 4 published, 1/s');
    expect(text.endsWith(`[${'#'.repeat(30)}] 4 of 4 published, 1/s\u001b[K\n`)).to.equal(true);
  });

  it('writes plain lines now and then elsewhere', () => {
    expect(drawn(false, 1_000)).to.equal('  4 of 4 published, 1/s\n');
    expect(drawn(false, 5_000).split('\n')).to.have.length(4);
  });
});
