import { expect } from 'chai';
import { isZero, parseE18 } from '@groundswell/domain';
import { valueLedger, type LotSelection } from '../src/index.ts';
import { aFill, anEvent, days, journalOf, marks, position, stateOf, text } from './build.ts';

describe('executions', () => {
  // E1: lot cost 8 x 25 + 4 = 204. The sale's fee splits 4 + 2: 216 - 4 - 204 = +8, short 4 for 108 - 2 = 106.
  const crossing = [
    aFill({ id: 'b', at: '2024-01-02', fee: '4' }, 'B 8@25'),
    aFill({ id: 's', at: '2024-01-03', fee: '6' }, 'S 12@27'),
  ];

  it('closes first and opens with the rest when a sale crosses zero, dividing its fee (E1)', () => {
    const state = stateOf(crossing);
    expect(text(state.realised)).to.equal('8');
    expect(position(state)).to.deep.equal({ qty: '-4', cost: '-106' });
    expect(days(state)).to.deep.equal([1]);
  });

  it('leaves exactly nothing when the short position is bought back (E1)', () => {
    const state = stateOf([...crossing, aFill({ id: 'c', at: '2024-01-05', fee: '2' }, 'B 4@26')]);
    expect(state.realisedRecords.map((record) => [record.side, text(record.pnl)])).to.deep.equal([
      ['long', '8'],
      ['short', '0'],
    ]);
    expect([text(state.cash), text(state.realised), text(state.fees)]).to.deep.equal([
      '8',
      '8',
      '12',
    ]);
    expect(state.positions.size).to.equal(0);
    expect([state.winners.n, state.losers.n]).to.deep.equal([1, 0]);
  });

  it('lists an oversold quantity without P&L, cash or fee when it may not open a short (E1)', () => {
    const state = stateOf(crossing, { oversell: 'reject' });
    expect(text(state.unmatched.get('X'))).to.equal('4');
    expect([text(state.realised), text(state.cash), text(state.fees)]).to.deep.equal([
      '8',
      '8',
      '8',
    ]);
    expect(text(state.tradedValue)).to.equal('416');
    expect(state.positions.size).to.equal(0);
  });

  // E2, in arrival order: the lot bought first arrives second.
  const buys = [
    aFill({ id: 'b2', at: '2024-02-10' }, 'B 4@58'),
    aFill({ id: 'b1', at: '2024-01-10' }, 'B 6@50'),
    aFill({ id: 'b3', at: '2024-03-10' }, 'B 10@47'),
  ];
  const sale = aFill({ id: 's', at: '2024-04-10' }, 'S 9@55');
  const expected: readonly (readonly [LotSelection, string, string])[] = [
    ['fifo', '21', '528'], // 6 x 5 + 3 x (-3)
    ['lifo', '72', '579'], // 9 x 8
    ['hifo', '13', '520'], // 4 x (-3) + 5 x 5
    ['avg', '44.1', '551.1'], // pool 1002/20 = 50.1: 9 x 4.9
  ];
  for (const [selection, pnl, cost] of expected) {
    it(`closes lots by acquisition time under ${selection} (E2)`, () => {
      const state = stateOf([...buys, sale], { selection });
      expect(text(state.realised)).to.equal(pnl);
      const valuation = valueLedger(state, marks({}));
      expect(text(valuation.positions[0]?.cost)).to.equal(cost);
      expect(valuation.conservationDifference).to.satisfy(isZero);
    });
  }

  it('consumes lots fifo under avg, with the basis of the pool (E2)', () => {
    const state = stateOf([...buys, sale], { selection: 'avg' });
    expect(state.realisedRecords.map((record) => text(record.pnl))).to.deep.equal(['29.4', '14.7']);
    expect(days(state)).to.deep.equal([91, 60]);
  });

  it('closes the lots that an execution names (E2)', () => {
    const lots = [
      { lot: 'b3', qtyE18: parseE18('5') },
      { lot: 'b2', qtyE18: parseE18('4') },
    ];
    const state = stateOf([...buys, { ...sale, lots }]);
    expect(text(state.realised)).to.equal('28'); // 5 x 8 - 4 x 3
    expect(position(state).cost).to.equal('535');
  });

  const misfits = [
    ['unknown_lot', 'b9', '9'],
    ['lot_too_small', 'b1', '9'],
    ['lots_do_not_sum', 'b3', '8'],
  ] as const;
  for (const [reason, lot, qty] of misfits) {
    it(`refuses named lots with ${reason} and moves nothing`, () => {
      const before = stateOf(buys);
      const state = stateOf([...buys, { ...sale, lots: [{ lot, qtyE18: parseE18(qty) }] }]);
      expect(state.rejections).to.deep.equal([{ id: 's', reason }]);
      expect({ ...state, rejections: [], rejected: 0 }).to.deep.equal({ ...before });
    });
  }

  it('sees neither gain nor loss where doubles see a paper gain (E5)', () => {
    const state = stateOf([
      aFill({ id: '1', at: '2024-01-02' }, 'B 1@2.84'),
      aFill({ id: '2', at: '2024-01-03' }, 'B 3@2.84'),
      aFill({ id: '3', at: '2024-01-04' }, 'B 11@2.84'),
    ]);
    expect(isZero(valueLedger(state, marks({ X: '2.84' })).unrealisedPnl)).to.equal(true);
  });

  it('keeps cash events out of realised P&L (C4)', () => {
    const cash = (
      id: string,
      type: 'DEPOSIT' | 'WITHDRAWAL' | 'DIVIDEND' | 'INTEREST' | 'FEE',
      amount: string,
    ) =>
      anEvent({ id, at: '2024-01-02' }, { type, instrumentId: null, amountE18: parseE18(amount) });
    const state = stateOf([
      cash('w', 'WITHDRAWAL', '30'),
      cash('d', 'DEPOSIT', '100'),
      cash('v', 'DIVIDEND', '7'),
      cash('i', 'INTEREST', '-2'),
      cash('f', 'FEE', '1'),
    ]);
    const { cash: held, netDeposits, income, fees, standaloneFees, realised } = state;
    expect([held, netDeposits, income, fees, standaloneFees, realised].map(text)).to.deep.equal([
      '74',
      '70',
      '5',
      '1',
      '1',
      '0',
    ]);
    expect(valueLedger(state, marks({})).conservationDifference).to.satisfy(isZero);
  });
});

describe('corrections (C14)', () => {
  const x = aFill({ id: 'x', at: '2024-01-02' }, 'B 5@20');
  const y = aFill({ id: 'y', at: '2024-01-03' }, 'B 5@22');
  const sale = aFill({ id: 's', at: '2024-02-01' }, 'S 7@25');
  const price = (id: string, at: string, to: string) =>
    anEvent({ id, at }, { type: 'CORRECT', ref: 'y', set: { priceE18: parseE18(to) } });
  const cancel = (id: string, ref: string) =>
    anEvent({ id, at: '2024-03-03' }, { type: 'CANCEL', ref });
  const late = [
    price('k1', '2024-03-02', '21'),
    price('k2', '2024-03-01', '23'),
    cancel('k3', 'x'),
    y,
  ];

  it('applies corrections by their own time and lets a cancel take the lot back (E4)', () => {
    const journal = journalOf([x, y, sale]);
    expect(text(journal.state().realised)).to.equal('31'); // 25 + 6
    for (const event of late) journal.insert(event);
    const state = journal.state();
    expect(text(state.realised)).to.equal('20'); // y = 5@21: 5 x 4
    expect(position(state)).to.deep.equal({ qty: '-2', cost: '-50' });
    expect(text(state.cash)).to.equal('70');
  });

  it('gives the same when selling short is refused (E4)', () => {
    const state = stateOf([x, y, sale, ...late], { oversell: 'reject' });
    expect([text(state.unmatched.get('X')), text(state.cash)]).to.deep.equal(['2', '20']);
  });

  it('lets a correction come before its target and lists it as orphan until then', () => {
    const journal = journalOf([cancel('k', 'x'), price('j', '2024-03-01', '1')]);
    expect(journal.state().orphans).to.deep.equal(['j', 'k']);
    journal.insert(x);
    expect(journal.state().orphans).to.deep.equal(['j']);
    expect(journal.events()).to.deep.equal([]);
    expect(journal.size).to.equal(3);
  });

  it('never uncancels: a CORRECT dated after the CANCEL changes nothing', () => {
    const state = stateOf([
      x,
      cancel('k', 'x'),
      anEvent({ id: 'z', at: '2025-01-01' }, { type: 'CORRECT', ref: 'x', set: { qtyE18: 1n } }),
    ]);
    expect(state.positions.size).to.equal(0);
  });

  it('treats a correction of a correction as an orphan', () => {
    const state = stateOf([y, price('k', '2024-03-01', '30'), cancel('c', 'k')]);
    expect(state.orphans).to.deep.equal(['c']);
    expect(position(state).cost).to.equal('150');
  });

  it('moves an event whose time is corrected', () => {
    const later = anEvent(
      { id: 'm', at: '2024-03-01' },
      { type: 'CORRECT', ref: 'x', set: { tsMs: Date.parse('2024-01-04') } },
    );
    const state = stateOf([x, y, sale, later]);
    expect(text(state.realised)).to.equal('25'); // y first: 5 x 3 + 2 x 5
    expect(days(state)).to.deep.equal([29, 28]);
  });

  it('refuses a correction that leaves an impossible event, and lists it', () => {
    const zero = anEvent(
      { id: 'k', at: '2024-03-01' },
      { type: 'CORRECT', ref: 'x', set: { qtyE18: 0n } },
    );
    const state = stateOf([x, zero]);
    expect([state.rejected, state.rejections[0]?.reason]).to.deep.equal([
      1,
      'quantity_not_positive',
    ]);
  });
});

describe('the journal', () => {
  const x = aFill({ id: 'x', at: '2024-01-02' }, 'B 5@20');

  it('ignores the same id again and counts other content as a conflict', () => {
    const journal = journalOf([x]);
    expect(journal.insert({ ...x })).to.deep.equal({
      outcome: 'duplicate',
      conflict: false,
      late: false,
    });
    expect(journal.insert({ ...x, priceE18: 1n })).to.deep.equal({
      outcome: 'duplicate',
      conflict: true,
      late: false,
    });
    expect(position(journal.state()).cost).to.equal('100');
  });

  it('says when a change lies before the newest event', () => {
    const journal = journalOf([x]);
    expect(journal.insert(aFill({ id: 'a', at: '2024-01-03' }, 'B 1@1')).late).to.equal(false);
    expect(journal.insert(aFill({ id: 'b', at: '2024-01-01' }, 'B 1@1')).late).to.equal(true);
    expect(journal.lastOrderKey).to.deep.equal({
      tsMs: Date.parse('2024-01-03'),
      rank: 3,
      seq: 0,
      id: 'a',
    });
  });

  it('hands out states that later folding does not change', () => {
    const journal = journalOf([x]);
    const before = journal.state();
    expect(journal.state()).to.equal(before);
    journal.insert(aFill({ id: 's', at: '2024-01-03' }, 'S 5@21'));
    expect(position(journal.state()).qty).to.equal('0');
    expect(position(before)).to.deep.equal({ qty: '5', cost: '100' });
    expect(before.realisedRecords).to.deep.equal([]);
  });

  it('orders deposits before and withdrawals after the executions of one instant (C1)', () => {
    const at = '2024-01-02';
    const types = ['FEE', 'WITHDRAWAL', 'DEPOSIT'] as const;
    const events = [
      ...types.map((type) => anEvent({ id: type, at }, { type })),
      aFill({ id: 'x2', at, seq: 2 }, 'B 1@1'),
      aFill({ id: 'x10', at, seq: 2 }, 'B 1@1'),
      aFill({ id: 'x3', at, seq: 1 }, 'B 1@1'),
      anEvent({ id: 'split', at }, { type: 'SPLIT', ratio: { n: 2n, d: 1n } }),
    ];
    expect(
      journalOf(events)
        .events()
        .map((event) => event.id),
    ).to.deep.equal(['split', 'DEPOSIT', 'x3', 'x10', 'x2', 'FEE', 'WITHDRAWAL']);
  });

  it('tells what each event did to cash and pools, and nothing of a refused one', () => {
    const journal = journalOf([x]);
    expect(journal.steps()).to.have.length(1);
    journal.insert(aFill({ id: 'none', at: '2024-01-03' }, 'S 0@21'));
    journal.insert(aFill({ id: 's', at: '2024-01-03', fee: '1' }, 'S 7@21'));
    journal.insert(anEvent({ id: 'in', at: '2024-01-01' }, { type: 'DEPOSIT', amountE18: 5n }));
    const shown = journal.steps().map(({ event, cash, traded, pools }) => ({
      id: event.id,
      moved: [text(cash), text(traded)],
      held: pools.map(({ before, after }) => [text(before.qty), text(after.qty), text(after.cost)]),
    }));
    expect(shown.map(({ id }) => id)).to.deep.equal(['in', 'x', 's']);
    expect(shown[1]).to.deep.include({ moved: ['-100', '100'], held: [['0', '5', '100']] });
    // 7 x 21 less the fee; the two that open a short brought 42 less their share of it.
    expect(shown[2]).to.deep.include({
      moved: ['146', '147'],
      held: [['5', '-2', '-41.714285714286']],
    });
  });
});
