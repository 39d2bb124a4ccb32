import { parseE18 } from '@groundswell/domain';
import { expect } from 'chai';
import { batchBars, lateTrades, type TradeArrival } from '../src/index.ts';
import { print } from './build.ts';

const rule = { sizesMs: [60_000], graceMs: 5_000, correctionMs: 0 };
const entity = 'x:X@tape';
/** The arrivals of E13. */
const e13: readonly TradeArrival[] = [
  print('t1', 10_000, '100', '2', { seq: 8 }),
  print('t2', 10_000, '101', '1', { seq: 7 }),
  print('t3', 61_000, '103', '1'),
  print('t4', 59_000, '99', '3'),
  print('t5', 40_000, '150', '10', { priceOk: false }),
  { kind: 'cancel', id: 'c1', ref: 't1', entity, tsUs: 61_000_000, seq: null },
  print('t6', 65_000, '104', '2'),
  print('t7', 59_999, '1', '1'),
  {
    kind: 'correct',
    id: 'c4',
    ref: 't4',
    entity,
    tsUs: 66_000_000,
    seq: null,
    set: { priceE18: parseE18('98') },
  },
  print('t8', 64_999, '102', '4'),
];

const shown = (arrivals: readonly TradeArrival[], correctionMs: number) =>
  batchBars(lateTrades(arrivals, { ...rule, correctionMs }).accepted, rule.sizesMs).map((bar) =>
    [bar.open, bar.high, bar.low, bar.close, bar.volume, bar.trade_count, bar.vwap].join(' '),
  );

describe('batchBars and lateTrades', () => {
  it('gives the bars of E13', () => {
    // 719/7 = 102.714285714...
    expect(shown(e13, 0)).to.deep.equal([
      '101 101 99 99 14 3 99.5',
      '103 104 102 104 7 3 102.71428571',
    ]);
    const { late, counts } = lateTrades(e13, rule);
    expect(late.map(({ id, reason }) => `${id} ${reason}`)).to.deep.equal([
      't7 window_closed',
      'c4 not_applied',
    ]);
    expect(counts).to.deep.equal({ applied: 8, deduped: 0, late: 2, dead: 0 });
  });

  it('accepts the late trade and the correction of E13 within 30 s of correction', () => {
    expect(shown(e13, 30_000)[0]).to.equal('101 101 1 1 15 4 79.2');
    expect(lateTrades(e13, { ...rule, correctionMs: 30_000 }).late).to.be.empty;
  });

  it('lets repeats, refused and future-dated records touch nothing', () => {
    const arrivals = [
      print('a', 1_000, '10', '1'),
      print('a', 1_000, '10', '1'),
      print('b', 1_000, '10', '0'),
      print('c', 900_000, '10', '1', { ingestUs: 2_000_000 }),
      print('d', 2_000, '11', '1'),
    ];
    const verdicts = lateTrades(arrivals, { ...rule, futureBoundMs: 5_000 });
    expect(verdicts.counts).to.deep.equal({ applied: 2, deduped: 1, late: 1, dead: 1 });
    expect(batchBars(verdicts.accepted, rule.sizesMs)[0]).to.include({ open: '10', close: '11' });
  });

  it('refuses what is beyond the horizon of the partition clock, even for a quiet key', () => {
    const arrivals = [
      print('a', 7_200_000, '10', '1'),
      print('b', 3_000_000, '10', '1', { entity: 'x:Y@tape' }),
    ];
    const together = { ...rule, horizonMs: 3_600_000, partitionOf: () => 0 };
    expect(lateTrades(arrivals, together).late[0]).to.include({ reason: 'beyond_horizon' });
    expect(lateTrades(arrivals, { ...rule, horizonMs: 3_600_000 }).late).to.be.empty;
  });

  it('gives no bar to a window without a price-setting trade', () => {
    const { accepted } = lateTrades([print('a', 1, '10', '1', { priceOk: false })], rule);
    expect(batchBars(accepted, rule.sizesMs)).to.be.empty;
  });

  it('computes volatility from the closes of the seconds inside five minutes (E14)', () => {
    const arrivals = ['50', '52', '49.4'].map((price, second) =>
      print(price, second * 1_000, price, '1'),
    );
    const sizesMs = [1_000, 300_000];
    const { accepted } = lateTrades(arrivals, { ...rule, sizesMs });
    const bar = batchBars(accepted, sizesMs).at(-1);
    expect(bar?.realised_volatility).to.be.closeTo(0.064569857, 1e-9);
    expect(bar?.return_count).to.equal(2);
  });
});
