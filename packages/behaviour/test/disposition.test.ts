import { expect } from 'chai';
import { createLocalDays, dispositionEffect, noDisposition } from '../src/index.ts';
import { at, bookOf, day, fill, listings, type Prices } from './build.ts';

const NEW_YORK = 'America/New_York';
const bars = { '2024-03-11': '', '2024-03-12': '' };
const both = (text: string): Record<string, string> =>
  Object.fromEntries(Object.keys(bars).map((date) => [date, text]));
const prices: Prices = { B: both('30.5/31'), C: both('14.9/15.3'), D: both('39/42') };

/** Worked example E6 of features.md. */
const e6 = (fees: boolean) => {
  const f = (text: string) => (fees ? text : text.replace(/ f\d+$/, ''));
  const bought = at('2024-03-04T15:00Z');
  return [
    ...['A B 10@20 f2', 'B B 10@30 f2', 'C B 10@15 f2', 'D B 10@40 f2'].map((text) =>
      fill(bought, f(text)),
    ),
    fill(at('2024-03-11T14:00Z'), f('A S 4@22 f1')),
    fill(at('2024-03-12T03:30Z'), f('A S 3@19 f1')),
  ];
};

const salesOf = (zone: string, fees = true) =>
  bookOf(e6(fees), listings(zone, prices), '2024-03-13').totals(day('2024-03-13')).sales;

describe('disposition effect (B1)', () => {
  it('counts the sale day of E6 in New York, where 03:30 UTC is the evening before', () => {
    const counts = salesOf(NEW_YORK);
    expect(counts).to.deep.equal({
      ...noDisposition,
      rg: 1,
      pg: 1,
      pl: 1,
      neither: 1,
      saleDays: 1,
    });
    const effect = dispositionEffect(counts, 1);
    expect(effect).to.include({ pgr: 0.5, plr: 0, de: 0.5, ratio: null });
    expect(effect.se).to.be.closeTo(0.353553391, 1e-9);
    expect(effect.t).to.be.closeTo(1.414213562, 1e-9);
  });

  it('counts the two sale days of E6 in UTC', () => {
    const counts = salesOf('UTC');
    expect(counts).to.deep.equal({
      ...noDisposition,
      rg: 1,
      rl: 1,
      pg: 2,
      pl: 2,
      neither: 2,
      saleDays: 2,
    });
    expect(dispositionEffect(counts, 1).de).to.equal(0);
  });

  it('finds no paper loss in E6 without fees, and so no effect', () => {
    const counts = salesOf(NEW_YORK, false);
    expect(counts).to.include({ rg: 1, pg: 1, pl: 0, neither: 2 });
    expect(dispositionEffect(counts, 0)).to.include({ pgr: 0.5, plr: null, de: null, t: null });
  });

  it('finds no paper gain where the low of the day does not also pay for the buying (rule 3)', () => {
    const tight: Prices = { ...prices, B: both('30.3/31') };
    const sales = (fees: boolean) =>
      bookOf(e6(fees), listings(NEW_YORK, tight), '2024-03-13').totals(day('2024-03-13')).sales;
    // 30.3 is above the average of 30.2 with fees, but not after another 0.2 a share.
    expect(sales(true)).to.include({ pg: 0, pl: 1, neither: 2 });
    expect(sales(false)).to.include({ pg: 1 });
  });

  it('says nothing below five opportunities on either side, and something from five on', () => {
    const counts = { ...noDisposition, rg: 2, pg: 3, rl: 1, pl: 4 };
    expect(dispositionEffect(counts).de).to.be.closeTo(0.2, 1e-12);
    expect(dispositionEffect({ ...counts, pg: 2 })).to.include({ pgr: null, de: null });
    expect(dispositionEffect({ ...counts, pl: 3 })).to.include({ plr: null, de: null });
  });
});

describe('the counting rules of B1', () => {
  const open = at('2024-05-01T15:00Z');
  const later = at('2024-05-03T15:00Z');
  const sales = (
    events: ReturnType<typeof fill>[],
    from: Prices = {},
    kind: 'sales' | 'liquidations' = 'sales',
  ) => bookOf(events, listings('UTC', from), '2024-05-05').totals(day('2024-05-05'))[kind];

  it('leaves out days with a single symbol (rule 1)', () => {
    expect(sales([fill(open, 'A B 2@10'), fill(later, 'A S 1@12')]).saleDays).to.equal(0);
  });

  it('leaves out days on which only shorts were covered or opened (rules 1 and 2)', () => {
    const short = [
      fill(open, 'A S 2@10'),
      fill(open, 'B B 1@10'),
      fill(later, 'A B 2@8'),
      fill(later, 'C S 1@9'),
    ];
    expect(sales(short, { B: { '2024-05-03': '11' } }).saleDays).to.equal(0);
  });

  it('counts a symbol once a day by the sign of its summed P&L (rule 2)', () => {
    // +2 and -3: one loss, although the first sale was a gain.
    const events = [
      fill(open, 'A B 3@10'),
      fill(open, 'B B 1@10'),
      fill(later, 'A S 1@12'),
      fill(later + 1, 'A S 2@8.5'),
    ];
    expect(sales(events)).to.include({ rg: 0, rl: 1, unpriced: 1, saleDays: 1 });
  });

  it('counts what is opened and closed the same day as sold, and what is bought and kept not at all', () => {
    const events = [
      fill(open, 'A B 1@10'),
      fill(later, 'B B 1@10'),
      fill(later + 1, 'B S 1@11'),
      fill(later + 2, 'C B 1@10'),
    ];
    const counts = sales(events, { A: { '2024-05-03': '9' }, C: { '2024-05-03': '9' } });
    expect(counts).to.include({ rg: 1, pl: 1, pg: 0, neither: 0, unpriced: 0 });
  });

  it('takes the closing part of a sale that crosses zero, with its share of the fee', () => {
    // 10 x 11 - 12 x 10/20 - (100 + 4) = 0: neither; the whole fee would make it a loss.
    const events = [
      fill(open, 'A B 10@10 f4'),
      fill(open, 'B B 1@10'),
      fill(later, 'A S 20@11 f12'),
    ];
    expect(sales(events, { B: { '2024-05-03': '10' } })).to.include({ rg: 0, rl: 0, neither: 2 });
  });

  it('takes a partial sale against the average, not against the oldest lot', () => {
    const events = [
      fill(open, 'A B 1@10'),
      fill(open + 1, 'A B 1@20'),
      fill(open, 'B B 1@10'),
      fill(later, 'A S 1@14'),
    ];
    expect(sales(events, { B: { '2024-05-03': '9' } })).to.include({ rg: 0, rl: 1, pl: 1 });
  });

  it('falls back to the last price before the end of the day, and names what has none (rule 4)', () => {
    const events = [
      fill(open, 'A B 2@10'),
      fill(open, 'B B 1@10'),
      fill(open, 'C B 1@10'),
      fill(later, 'A S 1@12'),
    ];
    // Only the high of 1 May was above the cost of B; from then on its last price stands.
    const counts = sales(events, {
      B: { '2024-05-01': '9/9.5', '2024-05-04': '30' },
      C: { '2024-05-04': '30' },
    });
    expect(counts).to.include({ rg: 1, pl: 1, unpriced: 1 });
  });

  it('holds prices against the average after the splits of that midnight', () => {
    const split = fill(at('2024-05-03T00:00Z'), 'B B 1@1', {
      type: 'SPLIT',
      ratio: { n: 2n, d: 1n },
    });
    const events = [fill(open, 'A B 2@10'), fill(open, 'B B 4@10'), fill(later, 'A S 1@12'), split];
    // 8 units at an average of 5: 6 is a gain; and so is the 11 of the day before, which is 5.5 now.
    expect(sales(events, { B: { '2024-05-03': '6' } }).pg).to.equal(1);
    expect(sales(events, { B: { '2024-05-02': '11' } }).pg).to.equal(1);
    expect(sales(events, { B: { '2024-05-02': '9' } }).pl).to.equal(1);
  });

  it('counts full liquidations alone, and a partial sale then not even on paper', () => {
    const events = [
      fill(open, 'A B 2@10'),
      fill(open, 'B B 1@10'),
      fill(open, 'C B 1@10'),
      fill(later, 'A S 1@12'),
      fill(later, 'B S 1@8'),
    ];
    const from: Prices = { A: { '2024-05-03': '12' }, C: { '2024-05-03': '12' } };
    expect(sales(events, from)).to.include({ rg: 1, rl: 1, pg: 1 });
    expect(sales(events, from, 'liquidations')).to.include({ rg: 0, rl: 1, pg: 1, saleDays: 1 });
    const partial = events.slice(0, -1);
    expect(sales(partial, from, 'liquidations').saleDays).to.equal(0);
  });

  it('counts a share by its New York day and a coin by its UTC day, in one portfolio', () => {
    // 03:30 UTC on the 12th is the 11th in New York, where the share was sold; the coin has its own 11th.
    const events = [
      fill(at('2024-03-04T15:00Z'), 'SHARE B 2@20'),
      fill(at('2024-03-04T15:00Z'), 'COIN B 1@10'),
      fill(at('2024-03-12T03:30Z'), 'SHARE S 1@22'),
    ];
    const zones = { SHARE: NEW_YORK };
    const from: Prices = { COIN: { '2024-03-11': '11', '2024-03-12': '9' } };
    const book = bookOf(events, listings(zones, from), '2024-03-12');
    expect(book.totals(day('2024-03-11')).sales).to.include({ rg: 1, pg: 1, pl: 0 });
  });
});

describe('local days (C8)', () => {
  const newYork = createLocalDays(NEW_YORK);

  it('have 23 hours when clocks go forward and 25 when they go back', () => {
    const hours = (date: string) =>
      (newYork.startMs(day(date) + 1) - newYork.startMs(day(date))) / 3_600_000;
    expect([hours('2024-03-10'), hours('2024-11-03'), hours('2024-07-01')]).to.deep.equal([
      23, 25, 24,
    ]);
  });

  it('begin at local midnight to the millisecond, whatever was asked before', () => {
    const start = at('2024-03-11T04:00:00Z'); // EDT
    expect([newYork.dayOf(start), newYork.dayOf(start - 1), newYork.dayOf(start)]).to.deep.equal([
      day('2024-03-11'),
      day('2024-03-10'),
      day('2024-03-11'),
    ]);
    expect(newYork.dayOf(at('2024-03-10T04:59:59.999Z'))).to.equal(day('2024-03-09')); // EST
  });
});
