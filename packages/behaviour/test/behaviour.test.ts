import { expect } from 'chai';
import { fraction, parseE18 } from '@groundswell/domain';
import {
  createJournal,
  valueLedger,
  type LedgerEvent,
  type LedgerState,
} from '@groundswell/ledger';
import { concentration, holdingTimes } from '../src/index.ts';

const dayMs = 86_400_000;

function fill(
  id: string,
  day: number,
  instrumentId: string,
  side: 'BUY' | 'SELL',
  qty: string,
  price: string,
): LedgerEvent {
  return {
    id,
    type: side,
    tsMs: day * dayMs,
    seq: null,
    instrumentId,
    qtyE18: parseE18(qty),
    priceE18: parseE18(price),
    feeE18: 0n,
    amountE18: 0n,
  };
}

function roundTrip(
  instrumentId: string,
  qty: string,
  from: string,
  to: string,
  days: number,
): LedgerEvent[] {
  return [
    fill(`${instrumentId}-b`, 0, instrumentId, 'BUY', qty, from),
    fill(`${instrumentId}-s`, days, instrumentId, 'SELL', qty, to),
  ];
}

function ledger(events: readonly LedgerEvent[]): LedgerState {
  const journal = createJournal({ selection: 'fifo', oversell: 'open_short' });
  for (const event of events) journal.insert(event);
  return journal.state();
}

describe('holding times (B2)', () => {
  const events = [
    ...roundTrip('A', '5', '10', '12', 8),
    ...roundTrip('B', '10', '10', '9', 30), // basis 100
    ...roundTrip('C', '5', '40', '36', 45), // basis 200
    ...roundTrip('D', '1', '7', '7', 3), // P&L 0: excluded
  ];

  it('compares the mean days of losers with those of winners (E7)', () => {
    // weighted: (100 x 30 + 200 x 45) / 300 = 40 against 8
    expect(holdingTimes(ledger(events), { minimum: 1 })).to.deep.equal({
      winners: 1,
      losers: 2,
      winnerDays: 8,
      loserDays: 37.5,
      ratio: 4.6875,
      ratioWeighted: 5,
    });
  });

  it('gives counts and means but no ratio below three of each', () => {
    const times = holdingTimes(ledger(events));
    expect([times.winners, times.loserDays, times.ratio, times.ratioWeighted]).to.deep.equal([
      1,
      37.5,
      null,
      null,
    ]);
  });

  it('is null, not 0, where nothing was closed or winners were held for no time', () => {
    expect(holdingTimes(ledger([]), { minimum: 0 })).to.deep.equal({
      winners: 0,
      losers: 0,
      winnerDays: null,
      loserDays: null,
      ratio: null,
      ratioWeighted: null,
    });
    const instant = ledger([
      ...roundTrip('A', '1', '1', '2', 0),
      ...roundTrip('B', '1', '2', '1', 4),
    ]);
    expect(holdingTimes(instant, { minimum: 1 }).ratio).to.equal(null);
  });

  it('counts a short position that was bought back', () => {
    const state = ledger([
      fill('s', 0, 'A', 'SELL', '2', '10'),
      fill('b', 6, 'A', 'BUY', '2', '11'),
    ]);
    expect(holdingTimes(state).loserDays).to.equal(6);
  });
});

describe('concentration (B6)', () => {
  const worth = (...values: readonly (number | null)[]) => ({
    positions: values.map((value, i) => ({
      instrumentId: `I${i}`,
      qty: fraction(1n),
      cost: fraction(1n),
      avgCost: fraction(1n),
      mark: null,
      marketValue: value === null ? null : fraction(BigInt(value)),
      unrealised: null,
      quarantined: false,
      openTsMs: 0,
    })),
  });

  it('takes weights of absolute values and leaves out what is worth nothing (E8)', () => {
    const { n, hhi, effectiveN, normalised, maxWeight, top3 } = concentration(
      worth(600, -300, 100, 0),
    );
    expect([n, hhi, maxWeight, top3]).to.deep.equal([3, 0.46, 0.6, 1]);
    expect(effectiveN).to.be.closeTo(2.173913043, 1e-9);
    expect(normalised).to.be.closeTo(0.19, 1e-12); // (0.46 - 1/3) / (2/3)
  });

  it('adds the three largest weights', () => {
    expect(concentration(worth(10, 40, 20, 30)).top3).to.equal(0.9);
  });

  it('has no normalised value for a single holding', () => {
    expect(concentration(worth(5, null))).to.deep.equal({
      n: 1,
      hhi: 1,
      effectiveN: 1,
      normalised: null,
      maxWeight: 1,
      top3: 1,
    });
  });

  it('is null for an empty portfolio and for one without a priced holding', () => {
    const none = {
      n: 0,
      hhi: null,
      effectiveN: null,
      normalised: null,
      maxWeight: null,
      top3: null,
    };
    expect(concentration(worth())).to.deep.equal(none);
    expect(concentration(worth(null))).to.deep.equal(none);
    expect(concentration(valueLedger(ledger([]), () => null))).to.deep.equal(none);
  });
});
