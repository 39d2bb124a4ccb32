import { expect } from 'chai';
import { recordMaps, type Transaction } from '@groundswell/schemas';
import { investorLedgerOf, type KnownTransaction } from '../../src/core/investor-ledger.ts';
import { executionBody, lotBody, totalsBody } from '../../src/core/lot.ts';
import { booking } from '../booking.ts';

/** `[id, day, kind, quantity, price, known at]` */
type Fact = readonly [string, number, Transaction['kind'], string, string, number | null];

function known(
  [id, day, kind, quantity, price, knownAtUs]: Fact,
  more: Partial<Transaction> = {},
): KnownTransaction {
  const at = `2026-03-${String(day).padStart(2, '0')}T00:00:00Z`;
  const transaction = booking('v1:a', id, at, kind, quantity, price, more);
  return { transaction: recordMaps.Transaction.toJson(transaction), knownAtUs };
}

describe('ledger of one investor, as the API folds it', () => {
  const buy = known(['b', 2, 'BUY', '3', '10', 100]);
  const sale = known(['s', 5, 'SELL', '-1', '12', 200]);

  it('rounds sums once, as the published value, and single amounts to 18 decimals', () => {
    const ledger = investorLedgerOf(
      [known(['b', 2, 'BUY', '3', '10', 1], { feesE18: 10n ** 18n }), sale],
      null,
    );
    expect(totalsBody(ledger)).to.deep.equal({
      realised_pnl: '1.66666667',
      open_lots: 1,
      closed_lots: 0,
    });
    const [lot] = ledger.lots.map((one) => lotBody(one, ledger));
    expect(lot).to.include({
      realised_pnl: '1.666666666666666667',
      unit_cost: '10.333333333333333333',
      open_quantity: '2',
      state: 'open',
    });
  });

  it('calls late what became known after something that happened later, in another commit', () => {
    const late = (...facts: readonly KnownTransaction[]) =>
      investorLedgerOf(facts, null).executions.map((one) => [one.event.id, one.late]);
    expect(late(buy, sale, known(['l', 3, 'BUY', '1', '9', 300]))).to.deep.equal([
      ['b', false],
      ['s', false],
      ['l', true],
    ]);
    expect(late(sale, known(['l', 3, 'BUY', '1', '9', 200]))).to.deep.equal([
      ['s', false],
      ['l', false],
    ]);
    expect(late(sale, known(['l', 3, 'BUY', '1', '9', null]))).to.deep.equal([
      ['s', false],
      ['l', null],
    ]);
  });

  it('lists what was taken back as it stood, and what the fold refused with its reason', () => {
    const corrected = known(['c', 6, 'BUY', '4', '11', 300], { op: 'CORRECT', refEventId: 'b' });
    const cancelled = known(['x', 7, 'SELL', '0', '0', 400], { op: 'CANCEL', refEventId: 'b' });
    const ledger = investorLedgerOf([buy, corrected, cancelled], null);
    const [taken] = ledger.executions.map(executionBody);
    expect(taken).to.include({ op: 'CANCEL', quantity: '4', price: '11', side: 'BUY' });
    expect(taken?.versions.map(({ op, price }) => [op, price])).to.deep.equal([
      ['CREATE', '10'],
      ['CORRECT', '11'],
      ['CANCEL', null],
    ]);
    expect(ledger.lots).to.deep.equal([]);
    const [refused] = investorLedgerOf([known(['z', 2, 'BUY', '0', '1', 1])], null).executions;
    expect(refused?.refused).to.equal('quantity_not_positive');
  });

  it('shows another time with all that is known of it since', () => {
    const corrected = known(['c', 9, 'BUY', '4', '11', 900], { op: 'CORRECT', refEventId: 'b' });
    const { lots, executions } = investorLedgerOf(
      [buy, sale, corrected],
      Date.parse('2026-03-04T00:00:00Z') * 1000,
    );
    expect(executions.map(({ event, op }) => [event.id, op])).to.deep.equal([['b', 'CORRECT']]);
    expect(lots.map(({ qty }) => qty.num)).to.deep.equal([4n]);
  });

  it('leaves out what is no execution', () => {
    const deposit = known(['d', 1, 'DEPOSIT', '0', '0', 1], { instrumentId: null });
    const odd = known(['o', 1, 'MERGER', '1', '0', 1]);
    expect(investorLedgerOf([deposit, odd], null).executions).to.deep.equal([]);
  });
});
