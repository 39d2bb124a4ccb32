import { expect } from 'chai';
import { isZero, parseE18 } from '@groundswell/domain';
import {
  decodeLedgerState,
  encodeLedgerState,
  valueLedger,
  validateLedgerEvent,
} from '../src/index.ts';
import { aFill, anEvent, marks, stateOf, text } from './build.ts';

describe('valuation', () => {
  const state = stateOf([
    anEvent({ id: 'd', at: '2024-01-01' }, { type: 'DEPOSIT', amountE18: parseE18('1000') }),
    aFill({ id: '1', at: '2024-01-02', fee: '2' }, 'A B 10@20'), // cost 202
    aFill({ id: '2', at: '2024-01-03', fee: '1' }, 'S S 5@30'), // proceeds 149
    aFill({ id: '3', at: '2024-01-04' }, 'N B 3@7'), // cost 21
    aFill({ id: '4', at: '2024-01-05' }, 'Q B 100@1'), // cost 100
  ]);

  it('values long and short at their marks and names what has none', () => {
    const value = valueLedger(state, marks({ A: '21.5', S: '28', Q: '21' }));
    expect(text(value.cash)).to.equal('826'); // 1000 - 202 + 149 - 21 - 100
    expect(text(value.unrealisedPnl)).to.equal('22'); // 215 - 202 + 149 - 140
    expect([text(value.marketValue), text(value.equity)]).to.deep.equal(['75', '901']);
    expect([value.unpriced, value.quarantined]).to.deep.equal([['N'], ['Q']]);
    expect(text(value.unvaluedCost)).to.equal('121');
    expect(value.conservationDifference).to.satisfy(isZero);
    expect(
      value.positions.map((p) => [
        p.instrumentId,
        text(p.avgCost),
        text(p.marketValue),
        text(p.unrealised),
      ]),
    ).to.deep.equal([
      ['A', '20.2', '215', '13'],
      ['N', '7', null, null],
      ['Q', '1', null, null],
      ['S', '29.8', '-140', '9'],
    ]);
  });

  it('believes a mark of exactly 20 times or a 20th of the cost, and nothing beyond (L10)', () => {
    const quarantined = (price: string) => valueLedger(state, marks({ Q: price })).quarantined;
    expect(
      ['20', '0.05', '20.000000000000000001', '0.049999999999999999', '0'].map(quarantined),
    ).to.deep.equal([[], [], ['Q'], ['Q'], ['Q']]);
  });

  it('believes every mark of units that cost nothing', () => {
    const free = stateOf([aFill({ id: '1', at: '2024-01-02' }, 'B 10@0')]);
    expect(text(valueLedger(free, marks({ X: '5' })).unrealisedPnl)).to.equal('50');
  });

  it('survives encoding, and refuses texts that are not its own', () => {
    const decoded = decodeLedgerState(encodeLedgerState(state));
    expect(encodeLedgerState(decoded)).to.equal(encodeLedgerState(state));
    expect(decoded.positions).to.deep.equal(state.positions);
    for (const bad of ['', '{}', '{"version":2,"state":{}}', '{"version":1,"state":{"f":"1/0"}}']) {
      expect(() => decodeLedgerState(bad))
        .to.throw()
        .with.property('code', 'GW_INVARIANT');
    }
  });
});

describe('validation (C5)', () => {
  const fill = aFill({ id: '1', at: '2024-01-02' }, 'B 1@1');
  const plain = anEvent({ id: '1', at: '2024-01-02' }, { type: 'DEPOSIT', instrumentId: null });
  const ratio = { n: 2n, d: 1n };
  const cases = [
    [null, fill],
    [null, { ...fill, priceE18: 0n }],
    ['quantity_not_positive', { ...fill, qtyE18: 0n }],
    ['negative_price', { ...fill, priceE18: -1n }],
    ['negative_fee', { ...fill, feeE18: -1n }],
    ['missing_instrument', { ...fill, instrumentId: null }],
    ['bad_named_lot', { ...fill, lots: [{ lot: 'a', qtyE18: 0n }] }],
    ['bad_time', { ...fill, tsMs: 0.5 }],
    [null, plain],
    ['negative_amount', { ...plain, amountE18: -1n }],
    [null, { ...plain, type: 'INTEREST', amountE18: -1n }],
    ['missing_instrument', { ...plain, type: 'SPLIT', ratio }],
    ['bad_ratio', { ...fill, type: 'SPLIT' }],
    ['bad_ratio', { ...fill, type: 'SPLIT', ratio: { n: 0n, d: 1n } }],
    ['negative_price', { ...fill, type: 'SPLIT', ratio, cashInLieuPriceE18: -1n }],
    [null, { ...fill, type: 'SPLIT', ratio }],
    ['missing_target_instrument', { ...fill, type: 'SYMBOL_CHANGE', newInstrumentId: 'X' }],
    ['bad_basis_fraction', { ...fill, type: 'SPINOFF', ratio, basisFractionE18: parseE18('1.1') }],
    ['missing_target_instrument', { ...fill, type: 'SPINOFF', ratio, basisFractionE18: 0n }],
    ['negative_amount', { ...fill, type: 'RETURN_OF_CAPITAL', amountE18: -1n }],
    ['missing_ref', { ...plain, type: 'CANCEL' }],
    [null, { ...plain, type: 'CANCEL', ref: 'x' }],
    ['missing_set', { ...plain, type: 'CORRECT', ref: 'x', set: {} }],
    ['missing_set', { ...plain, type: 'CORRECT', ref: 'x', set: { type: 'CANCEL' } }],
    [null, { ...plain, type: 'CORRECT', ref: 'x', set: { priceE18: 1n } }],
  ] as const;

  it('answers with the reason of the dead letter, or null', () => {
    for (const [reason, event] of cases)
      expect(validateLedgerEvent(event), event.type).to.equal(reason);
  });
});
