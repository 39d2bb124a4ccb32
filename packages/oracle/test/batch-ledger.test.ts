import { parseE18 } from '@groundswell/domain';
import { expect } from 'chai';
import {
  batchLedger,
  effective,
  fold,
  holdingTimes,
  type InvestorValues,
  type LedgerArrival,
  type LedgerRule,
  type MarkArrival,
} from '../src/index.ts';
import { buy, cancel, cash, correct, mark, sell } from './build.ts';

function valuesOf(
  events: readonly LedgerArrival[],
  marks: readonly MarkArrival[] = [],
  rule: LedgerRule = {},
): InvestorValues {
  const values = batchLedger(events, marks, rule).investors.get('i');
  if (values === undefined) throw new Error('no investor');
  return values;
}

describe('batchLedger', () => {
  const e1 = [
    buy({ id: 'b1', on: '01-02', qty: '8', price: '25', fee: '4' }),
    sell({ id: 's', on: '01-03', qty: '12', price: '27', fee: '6' }),
    buy({ id: 'b2', on: '01-05', qty: '4', price: '26', fee: '2' }),
  ];

  it('splits fees over a sale that crosses zero (E1)', () => {
    const values = valuesOf(e1);
    expect(values).to.include({ realised_pnl: '8', cash: '8', fees: '12', traded_value: '628' });
    expect(values.conservation_difference).to.equal('0');
    expect(values).to.include({ winners: 1, losers: 0, winner_days: 1 });
  });

  it('lists the excess of a sale as unmatched where shorts are rejected (E1)', () => {
    const values = valuesOf(e1.slice(0, 2), [], { oversell: 'reject' });
    expect(values).to.include({ realised_pnl: '8', cash: '8', fees: '8' });
    expect(values.unmatched).to.deep.equal([{ instrument_id: 'x:X', quantity: '4' }]);
  });

  it('selects lots by acquisition time, not by arrival (E2)', () => {
    const values = valuesOf([
      buy({ id: 'b2', on: '02-10', qty: '4', price: '58' }),
      buy({ id: 'b1', on: '01-10', qty: '6', price: '50' }),
      buy({ id: 'b3', on: '03-10', qty: '10', price: '47' }),
      sell({ id: 's', on: '04-10', qty: '9', price: '55' }),
    ]);
    expect(values.realised_pnl).to.equal('21');
    expect(values.holdings[0]).to.include({ quantity: '11', cost: '528', average_cost: '48' });
    expect(values).to.include({ winner_days: 91, loser_days: 60 });
  });

  const e4 = [
    buy({ id: 'x', on: '01-02', qty: '5', price: '20' }),
    buy({ id: 'y', on: '01-03', qty: '5', price: '22' }),
    sell({ id: 's', on: '02-01', qty: '7', price: '25' }),
  ];
  const e4Corrections = [
    correct('c1', 'y', '03-02', { priceE18: parseE18('21') }),
    correct('c2', 'y', '03-01', { priceE18: parseE18('23') }),
    cancel('c3', 'x', '03-03'),
    buy({ id: 'y', on: '01-03', qty: '5', price: '22' }),
  ];

  it('folds corrections by their own times and lets a cancel win (E4)', () => {
    expect(valuesOf(e4).realised_pnl).to.equal('31');
    const values = valuesOf([...e4, ...e4Corrections]);
    expect(values).to.include({ realised_pnl: '20', cash: '70', n: 6, conflict_count: 0 });
    expect(values.holdings[0]).to.include({ quantity: '-2', cost: '-50', average_cost: '25' });
    expect(valuesOf([...e4, ...e4Corrections], [], { oversell: 'reject' }).cash).to.equal('20');
  });

  it('does not care in which order events arrive', () => {
    const forward = valuesOf([...e4, ...e4Corrections.slice(0, 3)]);
    expect(valuesOf([...e4, ...e4Corrections.slice(0, 3)].toReversed())).to.deep.equal(forward);
  });

  it('finds neither gain nor loss where an average in doubles finds one (E5)', () => {
    const values = valuesOf(
      ['1', '3', '11'].map((qty, seq) => buy({ id: qty, on: '01-02', qty, price: '2.84', seq })),
      [mark('x:X', '01-03', '2.84')],
    );
    expect(values).to.include({ unrealised_pnl: '0', market_value: '42.6', equity: '0' });
  });

  it('measures holding times over closed parts without the ones at zero (E7)', () => {
    const pairs = [
      ['a', '01-01', '5', '10', '01-09', '12'],
      ['b', '01-01', '10', '10', '01-31', '9'],
      ['c', '01-01', '5', '40', '02-15', '36'],
      ['d', '01-01', '1', '7', '02-01', '7'],
    ] as const;
    const events = pairs.flatMap(([symbol, on, qty, price, sold, at]) => [
      buy({ id: `b${symbol}`, on, qty, price, symbol }),
      sell({ id: `s${symbol}`, on: sold, qty, price: at, symbol }),
    ]);
    const { realised } = fold(effective(events).bookings, 'open_short');
    expect(holdingTimes(realised, 1)).to.deep.equal({
      winners: 1,
      losers: 2,
      winner_days: 8,
      loser_days: 37.5,
      holding_time_ratio: 4.6875,
      holding_time_ratio_weighted: 5,
    });
    expect(valuesOf(events).holding_time_ratio).to.equal(null);
  });

  it('conserves money over cash events, unpriced and quarantined positions', () => {
    // cash 1000 - 100 - (50+1) - 40 + 7 - 3 - 2 = 811; a is worth 10 x 12, b has no mark, c's mark is 25 times its cost.
    const values = valuesOf(
      [
        cash('DEPOSIT', 'd', '01-01', '1000'),
        buy({ id: 'a', on: '01-02', qty: '10', price: '10', symbol: 'x:A' }),
        buy({ id: 'b', on: '01-02', qty: '5', price: '10', fee: '1', symbol: 'x:B' }),
        buy({ id: 'c', on: '01-02', qty: '4', price: '10', symbol: 'x:C' }),
        cash('DIVIDEND', 'e', '01-03', '7'),
        cash('FEE', 'f', '01-03', '3'),
        cash('WITHDRAWAL', 'w', '01-04', '2'),
      ],
      [mark('x:A', '01-05', '11'), mark('x:A', '01-06', '12'), mark('x:C', '01-05', '250')],
    );
    expect(values).to.include({
      cash: '811',
      income: '7',
      fees: '4',
      net_deposits: '998',
      market_value: '120',
      unrealised_pnl: '20',
      equity: '931',
      conservation_difference: '0',
    });
    expect(values.unpriced).to.deep.equal(['x:B']);
    expect(values.quarantined).to.deep.equal(['x:C']);
    expect(values).to.include({ hhi: null, holding_count: 1 }); // L10 withholds measures
  });

  it('refuses what C5 refuses and counts it by reason', () => {
    const batch = batchLedger(
      [
        buy({ id: 'a', on: '01-02', qty: '0', price: '10' }),
        buy({ id: 'b', on: '01-02', qty: '1', price: '-1' }),
        buy({ id: 'c', on: '01-02', qty: '1', price: '0' }),
      ],
      [],
    );
    expect(batch.refused).to.deep.equal({ quantity_not_positive: 1, price_negative: 1 });
    expect(batch).to.include({ applied: 1, deduped: 0 });
  });

  it('counts a correction without a target as an orphan and a repeat with other content as a conflict', () => {
    const values = valuesOf([
      buy({ id: 'a', on: '01-02', qty: '1', price: '10' }),
      buy({ id: 'a', on: '01-02', qty: '1', price: '11' }),
      cancel('z', 'nothing', '01-03'),
    ]);
    expect(values).to.include({ orphan_count: 1, conflict_count: 1, cash: '-10' });
  });
});
