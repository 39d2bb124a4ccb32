import { expect } from 'chai';
import { parseE18 } from '@groundswell/domain';
import { firstDifference } from '../replay/difference.ts';
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
  resolve(...events).map(createRecordMapper(header));

const buy = {
  id: 'b',
  type: 'BUY',
  investor: 'i',
  symbol: 'equity:A',
  qty: '5',
  price: '20',
  fee: '1',
};
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
    ['a corporate action', { id: 'c', type: 'SPLIT' }, 'SPLIT has no topic in this version'],
  ] as const) {
    it(`are refused with the line for ${what}`, () => {
      expect(() => resolve(buy, event))
        .to.throw(problem)
        .with.property('message')
        .match(/^t:3: /);
    });
  }
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
