import { expect } from 'chai';
import { parseE18, toNumber } from '@groundswell/domain';
import { createJournal, type LedgerMark } from '@groundswell/ledger';
import {
  grossBookTurnover,
  monthTurnover,
  noTotals,
  openLosers,
  totalsBetween,
  turnover,
} from '../src/index.ts';
import { at, bookOf, day, fill, listings, price } from './build.ts';

const month = (held: string, unit: string, sold: string, bought: string) => ({
  held: price(held),
  price: price(unit),
  sold: price(sold),
  bought: price(bought),
});

describe('turnover (B3, E8)', () => {
  it('caps a month at what was held when it began', () => {
    expect(monthTurnover([month('40', '25', '0', '10'), month('20', '100', '5', '0')])).to.equal(
      0.125,
    );
    expect(
      monthTurnover([month('40', '25', '0', '0'), month('20', '100', '60', '0')]),
    ).to.be.closeTo(1 / 3, 1e-12);
    expect(monthTurnover([month('0', '25', '1', '1')])).to.equal(null);
    expect(monthTurnover([])).to.equal(null);
  });

  it('is half of what was traded over the mean equity of the days', () => {
    const totals = { ...noTotals, days: 2, trades: 3, buys: price('600'), sells: price('200') };
    const value = turnover({ ...totals, equity: price('2000') });
    expect(value).to.include({ turnover: 0.4, tradesPerDay: 1.5 });
    expect(value.annual).to.be.closeTo((0.4 * 365.25) / 2, 1e-12);
    expect(turnover({ ...totals, equity: price('0') })).to.include({
      turnover: null,
      annual: null,
      tradesPerDay: 1.5,
    });
    expect(turnover({ ...totals, equity: price('-1') }).turnover).to.equal(null);
    expect(turnover(noTotals)).to.include({ turnover: null, tradesPerDay: null });
  });

  it('is 2 when the whole book of a day is replaced', () => {
    const books = ['0', '30', '50', '10'].map(price);
    const traded = ['30', '0', '60'].map(price);
    expect(
      traded.map((value, i) => grossBookTurnover(value, books[i]!, books[i + 1]!)),
    ).to.deep.equal([2, 0, 2]);
    expect(grossBookTurnover(price('5'), price('0'), price('0'))).to.equal(null);
  });
});

describe('an investor day by day', () => {
  const cash = { instrumentId: null, qtyE18: 0n, priceE18: 0n };
  const deposit = fill(at('2024-01-30T10:00Z'), 'X B 0@0', {
    ...cash,
    type: 'DEPOSIT',
    amountE18: parseE18('1000'),
  });
  const events = [
    deposit,
    fill(at('2024-01-30T12:00Z'), 'P B 10@20 f1'),
    fill(at('2024-02-01T12:00Z'), 'P S 4@30'),
    fill(at('2024-02-01T12:00:01Z'), 'P B 2@30'),
  ];
  const prices = { P: { '2024-01-30': '21', '2024-02-01': '30', '2024-02-03': '25' } };
  const book = bookOf(events, listings('UTC', prices), '2024-03-01');
  const equity = (date: string): number =>
    toNumber(totalsBetween(book.totals(day(date) - 1), book.totals(day(date))).equity);

  it('values every day at the last price before its end, days without events too', () => {
    expect(equity('2024-01-30')).to.equal(1000 - 201 + 210);
    expect(equity('2024-01-31')).to.equal(1009);
    expect(equity('2024-02-01')).to.equal(1000 - 201 + 120 - 60 + 8 * 30);
    expect(equity('2024-02-02')).to.equal(1099);
    expect(equity('2024-02-29')).to.equal(859 + 8 * 25);
  });

  it('sums trades, round trips and values over a window', () => {
    const all = book.totals(day('2024-03-01'));
    expect(all).to.include({ days: 32, trades: 3, roundTrips: 0 });
    expect([toNumber(all.buys), toNumber(all.sells)]).to.deep.equal([260, 120]);
    const february = totalsBetween(book.totals(day('2024-01-31')), all);
    expect(february).to.include({ days: 30, trades: 2 });
  });

  it('counts lot parts closed within 24 hours as round trips', () => {
    const quick = [
      fill(at('2024-02-01T12:00Z'), 'P B 2@30'),
      fill(at('2024-02-02T12:00:00.000Z'), 'P S 1@30'),
      fill(at('2024-02-02T12:00:00.001Z'), 'P S 1@30'),
    ];
    expect(
      bookOf(quick, listings('UTC', {}), '2024-02-03').totals(day('2024-02-03')).roundTrips,
    ).to.equal(1);
  });

  it('measures complete months that began with a value', () => {
    const before = book.totals(day('2024-02-29'));
    expect(before).to.include({ months: 0, monthly: 0 });
    // February began with 10 P, of which 4 were sold; the 10 had been bought in January: (4/10 + 10/10) / 2.
    const after = book.totals(day('2024-03-01'));
    expect(after.months).to.equal(1);
    expect(after.monthly).to.be.closeTo(0.7, 1e-12);
  });

  it('starts again from the day whose price changed, and only if it was held', () => {
    const from = listings('UTC', prices);
    const again = bookOf(events, from, '2024-03-01');
    expect(again.reprice('P', day('2024-01-01'))).to.equal(true);
    expect(again.reprice('Q', day('2024-02-02'))).to.equal(false);
    from
      .barsOf('P')
      .set(day('2024-02-02'), { low: price('1'), high: price('40'), last: price('40') });
    expect(again.reprice('P', day('2024-02-02'))).to.equal(true);
    again.closeUpTo(day('2024-03-01'));
    const fresh = bookOf(events, from, '2024-03-01');
    expect(again.totals(day('2024-03-01'))).to.deep.equal(fresh.totals(day('2024-03-01')));
    expect(again.totals(day('2024-03-01')).equity).not.to.deep.equal(
      book.totals(day('2024-03-01')).equity,
    );
  });

  it('takes nothing from a price after the last unit was sold', () => {
    const sold = bookOf(
      [...events, fill(at('2024-02-05T12:00Z'), 'P S 8@1')],
      listings('UTC', prices),
      '2024-03-01',
    );
    expect(sold.reprice('P', day('2024-02-06'))).to.equal(false);
    expect(sold.reprice('P', day('2024-02-05'))).to.equal(true);
  });
});

describe('open paper losers (B2)', () => {
  it('have the age of each lot at its mark, long and short', () => {
    const journal = createJournal({ selection: 'fifo', oversell: 'open_short' });
    const events = [
      fill(at('2024-01-01T00:00Z'), 'A B 1@10'),
      fill(at('2024-01-03T00:00Z'), 'A B 1@8'),
      fill(at('2024-01-02T00:00Z'), 'B S 1@10'),
      fill(at('2024-01-02T00:00Z'), 'C S 1@10'),
      fill(at('2024-01-02T00:00Z'), 'D B 1@10'),
    ];
    for (const event of events) journal.insert(event);
    const tsMs = at('2024-01-11T00:00Z');
    const marks: Record<string, LedgerMark> = {
      A: { priceE18: parseE18('9'), tsMs },
      B: { priceE18: parseE18('11'), tsMs },
      C: { priceE18: parseE18('9'), tsMs },
    };
    // A's first lot for 10 days, B's short for 9; A's second and C gain; D has no price.
    expect(openLosers(journal.state(), (id) => marks[id] ?? null)).to.deep.equal({
      n: 2,
      days: 9.5,
    });
    expect(openLosers(journal.state(), () => null)).to.deep.equal({ n: 0, days: null });
  });
});
