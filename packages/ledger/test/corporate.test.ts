import { expect } from 'chai';
import { isZero, parseE18 } from '@groundswell/domain';
import { valueLedger, type LedgerEvent } from '../src/index.ts';
import { aFill, anEvent, days, journalOf, marks, position, stateOf, text } from './build.ts';

const split = (
  id: string,
  at: string,
  n: bigint,
  d: bigint,
  more: Partial<LedgerEvent> = {},
): LedgerEvent => anEvent({ id, at }, { type: 'SPLIT', ratio: { n, d }, ...more });

describe('corporate actions', () => {
  it('replays the sales after a split that arrives late (E3)', () => {
    const journal = journalOf([
      aFill({ id: 'b', at: '2024-01-02' }, 'B 6@90'),
      aFill({ id: 's', at: '2024-03-04' }, 'S 6@40'),
    ]);
    expect(text(journal.state().realised)).to.equal('-300');
    journal.insert(split('a', '2024-02-05', 3n, 1n));
    const state = journal.state();
    expect(text(state.realised)).to.equal('60'); // 18 @ 30: 6 x 10
    expect(position(state)).to.deep.equal({ qty: '12', cost: '360' });
    expect(days(state)).to.deep.equal([62]);
  });

  it('sells the fraction of the total position for cash (E15)', () => {
    const state = stateOf([
      aFill({ id: 'b', at: '2024-01-02' }, 'B 3@10'),
      split('a', '2024-02-05', 5n, 2n, { cashInLieuPriceE18: parseE18('5') }),
    ]);
    expect(text(state.realised)).to.equal('0.5'); // 7.5 shares, half a share costs 2
    expect(position(state)).to.deep.equal({ qty: '7', cost: '28' });
    expect(text(state.tradedValue)).to.equal('30');
  });

  it('merges lots by open time when a symbol changes (E15)', () => {
    const state = stateOf([
      aFill({ id: 'b1', at: '2024-01-02' }, 'OLD B 4@10'),
      aFill({ id: 'b2', at: '2024-01-20' }, 'NEW B 4@12'),
      anEvent(
        { id: 'a', at: '2024-02-01' },
        { type: 'SYMBOL_CHANGE', instrumentId: 'OLD', newInstrumentId: 'NEW' },
      ),
      aFill({ id: 's', at: '2024-03-01' }, 'NEW S 6@15'),
    ]);
    expect(text(state.realised)).to.equal('26'); // 4 x 5 + 2 x 3
    expect(days(state)).to.deep.equal([59, 41]);
    expect([...state.positions.keys()]).to.deep.equal(['NEW']);
  });

  it('refuses to merge a short position into a long one', () => {
    const state = stateOf([
      aFill({ id: 'b1', at: '2024-01-02' }, 'OLD S 4@10'),
      aFill({ id: 'b2', at: '2024-01-20' }, 'NEW B 4@12'),
      anEvent(
        { id: 'a', at: '2024-02-01' },
        { type: 'SYMBOL_CHANGE', instrumentId: 'OLD', newInstrumentId: 'NEW' },
      ),
    ]);
    expect(state.rejections).to.deep.equal([{ id: 'a', reason: 'opposite_positions' }]);
    expect([...state.positions.keys()]).to.deep.equal(['OLD', 'NEW']);
  });

  it('gives the child of a spin-off its part of the cost and the open time of the parent (E15)', () => {
    const state = stateOf([
      aFill({ id: 'b', at: '2024-01-02' }, 'P B 30@20'),
      anEvent(
        { id: 'a', at: '2024-02-01' },
        {
          type: 'SPINOFF',
          instrumentId: 'P',
          childInstrumentId: 'C',
          ratio: { n: 1n, d: 3n },
          basisFractionE18: parseE18('0.25'),
        },
      ),
      aFill({ id: 's', at: '2024-03-02' }, 'C S 10@18'),
    ]);
    expect(position(state, 'P')).to.deep.equal({ qty: '30', cost: '450' });
    expect(text(state.realisedByInstrument.get('C'))).to.equal('30'); // 180 - 150
    expect(days(state)).to.deep.equal([60]);
  });

  const returned = (id: string, at: string, amount: string): LedgerEvent =>
    anEvent({ id, at }, { type: 'RETURN_OF_CAPITAL', amountE18: parseE18(amount) });

  it('returns capital against the cost and realises what exceeds it (E15)', () => {
    const journal = journalOf([
      aFill({ id: 'b', at: '2024-01-02' }, 'B 20@5'),
      returned('r1', '2024-02-01', '2'),
    ]);
    expect(position(journal.state()).cost).to.equal('60');
    journal.insert(returned('r2', '2024-03-01', '4'));
    const state = journal.state();
    expect(position(state)).to.deep.equal({ qty: '20', cost: '0' });
    expect([text(state.realised), text(state.cash)]).to.deep.equal(['20', '20']);
    expect(state.winners.n).to.equal(0);
    expect(text(state.realisedRecords[0]?.qty)).to.equal('0');
  });

  for (const selection of ['fifo', 'avg'] as const) {
    it(`conserves value under ${selection} when capital is returned after a partial sale, long or short`, () => {
      for (const [first, second] of [
        ['B 10@5', 'S 7@9'],
        ['S 10@5', 'B 7@9'],
      ] as const) {
        const state = stateOf(
          [
            aFill({ id: '1', at: '2024-01-02', fee: '1' }, first),
            aFill({ id: '2', at: '2024-01-03', fee: '1' }, first.replace('@5', '@11')),
            aFill({ id: '3', at: '2024-01-04', fee: '1' }, second),
            returned('4', '2024-02-01', '7'),
            anEvent(
              { id: '5', at: '2024-02-02' },
              {
                type: 'SPINOFF',
                childInstrumentId: 'C',
                ratio: { n: 1n, d: 3n },
                basisFractionE18: parseE18('0.3'),
              },
            ),
          ],
          { selection },
        );
        expect(valueLedger(state, marks({ X: '6' })).conservationDifference).to.satisfy(isZero);
      }
    });
  }

  it('charges a short position for returned capital, against what its opening brought in', () => {
    const state = stateOf([
      aFill({ id: 's', at: '2024-01-02' }, 'S 10@5'),
      aFill({ id: 't', at: '2024-01-03', fee: '3' }, 'S 1@1'), // brought in -2
      returned('r', '2024-02-01', '6'),
    ]);
    expect(position(state)).to.deep.equal({ qty: '-11', cost: '2' });
    expect(state.realisedRecords.map((record) => text(record.pnl))).to.deep.equal(['-10', '-6']);
    expect(valueLedger(state, marks({ X: '5' })).conservationDifference).to.satisfy(isZero);
  });

  it('keeps the buy fees of the average pool with the parent, pro rata to what is left of it (A4)', () => {
    const state = stateOf([
      aFill({ id: 'b', at: '2024-01-02', fee: '8' }, 'B 40@5'),
      aFill({ id: 's', at: '2024-01-03', fee: '1' }, 'S 10@6'),
      split('a', '2024-01-04', 2n, 1n),
      anEvent(
        { id: 'o', at: '2024-02-02' },
        {
          type: 'SPINOFF',
          childInstrumentId: 'C',
          ratio: { n: 1n, d: 3n },
          basisFractionE18: parseE18('0.5'),
        },
      ),
    ]);
    const pool = (id: string) => Object.values(state.positions.get(id)?.pool ?? {}).map(text);
    expect(pool('X')).to.deep.equal(['60', '78', '6']); // 208 x 3/4 = 156, of it 6 fees
    expect(pool('C')).to.deep.equal(['20', '78', '0']);
  });
});
