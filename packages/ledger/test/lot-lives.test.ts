import { expect } from 'chai';
import fc from 'fast-check';
import { ZERO, abs, add, cmp, parseE18, type Fraction } from '@groundswell/domain';
import { lotLives, type LotLife } from '../src/index.ts';
import { aFill, anEvent, stateOf, text } from './build.ts';

const shape = (life: LotLife) => [
  life.id,
  life.side,
  text(life.qty),
  text(life.openQty),
  text(life.basis),
  text(life.realised),
  life.closings.map(({ executionId }) => executionId).join(' '),
];

describe('lives of lots', () => {
  it('tell which sales took how much of which purchase (E2)', () => {
    const state = stateOf([
      aFill({ id: 'b2', at: '2024-02-10' }, 'B 4@58'),
      aFill({ id: 'b1', at: '2024-01-10' }, 'B 6@50'),
      aFill({ id: 'b3', at: '2024-03-10' }, 'B 10@47'),
      aFill({ id: 's', at: '2024-04-10' }, 'S 9@55'),
    ]);
    const lives = lotLives(state);
    expect(lives.map(shape)).to.deep.equal([
      ['b1', 'long', '6', '0', '300', '30', 's'],
      ['b2', 'long', '4', '1', '232', '-9', 's'],
      ['b3', 'long', '10', '10', '470', '0', ''],
    ]);
    expect(lives.map(({ closeTsMs }) => closeTsMs)).to.deep.equal([
      Date.parse('2024-04-10'),
      null,
      null,
    ]);
    expect(text(lives[1]?.openBasis)).to.equal('58');
  });

  it('part a sale that crosses zero into what it closes and what it opens (E1)', () => {
    const state = stateOf([
      aFill({ id: 'b', at: '2024-01-02', fee: '4' }, 'B 8@25'),
      aFill({ id: 's', at: '2024-01-03', fee: '6' }, 'S 12@27'),
      aFill({ id: 'c', at: '2024-01-05', fee: '2' }, 'B 4@26'),
    ]);
    expect(lotLives(state).map(shape)).to.deep.equal([
      ['b', 'long', '8', '0', '204', '8', 's'],
      ['s', 'short', '4', '0', '106', '0', 'c'],
    ]);
  });

  it('show an open short lot by what it brought in', () => {
    const state = stateOf([aFill({ id: 's', at: '2024-01-03', fee: '2' }, 'S 4@27')]);
    expect(lotLives(state).map(shape)).to.deep.equal([['s', 'short', '4', '4', '106', '0', '']]);
  });

  it('keep what a spin-off gives out apart from what it came from (A4)', () => {
    const state = stateOf([
      aFill({ id: 'b', at: '2024-01-02' }, 'B 10@10'),
      anEvent(
        { id: 'spin', at: '2024-01-03' },
        {
          type: 'SPINOFF',
          ratio: { n: 1n, d: 2n },
          childInstrumentId: 'Y',
          basisFractionE18: parseE18('0.25'),
        },
      ),
      aFill({ id: 's', at: '2024-01-04' }, 'Y S 5@6'),
    ]);
    expect(lotLives(state).map((life) => [life.instrumentId, ...shape(life)])).to.deep.equal([
      ['X', 'b', 'long', '10', '10', '75', '0', ''],
      ['Y', 'b', 'long', '5', '0', '25', '5', 's'],
    ]);
  });

  it('add up to the sums of the state, exactly, whatever is traded', () => {
    const decimal = (...values: readonly string[]) => fc.constantFrom(...values).map(parseE18);
    const event = fc.record({
      type: fc.constantFrom('BUY' as const, 'SELL' as const, 'SELL' as const, 'SPLIT' as const),
      instrumentId: fc.constantFrom('A', 'B'),
      qtyE18: decimal('1', '2', '3', '0.7', '12'),
      priceE18: decimal('0', '9.5', '10', '21'),
      feeE18: decimal('0', '0.07'),
      ratio: fc.constantFrom({ n: 2n, d: 1n }, { n: 3n, d: 7n }),
    });
    const sum = (values: readonly Fraction[]) => values.reduce(add, ZERO);
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (log) => {
        const state = stateOf(
          log.map((fields, i) =>
            anEvent(
              { id: `e${String(i).padStart(2, '0')}`, at: `2024-01-01T00:00:${10 + i}Z` },
              fields,
            ),
          ),
        );
        const lives = lotLives(state);
        expect(cmp(sum(lives.map(({ realised }) => realised)), state.realised)).to.equal(0);
        for (const id of ['A', 'B']) {
          const own = lives.filter(({ instrumentId }) => instrumentId === id);
          const lots = state.positions.get(id)?.lots ?? [];
          const open = sum(own.map(({ openQty }) => openQty));
          const cost = sum(own.map(({ openBasis }) => openBasis));
          expect(cmp(open, abs(sum(lots.map(({ qty }) => qty)))), id).to.equal(0);
          expect(cmp(abs(cost), abs(sum(lots.map((lot) => lot.cost)))), id).to.equal(0);
        }
      }),
    );
  });
});
