import { expect } from 'chai';
import fc from 'fast-check';
import { isZero, parseE18, toE18 } from '@groundswell/domain';
import {
  decodeLedgerState,
  encodeLedgerState,
  valueLedger,
  type LedgerEvent,
  type LedgerOptions,
  type LedgerState,
} from '../src/index.ts';
import { batch, type BatchResult } from './batch.ts';
import { aFill, anEvent, exact, fifo, journalOf, marks, stateOf } from './build.ts';

const dayMs = 86_400_000;
const newYorkDstMs = Date.parse('2024-03-10T05:00:00Z');

const decimal = (...values: readonly string[]): fc.Arbitrary<bigint> =>
  fc.constantFrom(...values).map(parseE18);
const quantity = decimal('0', '1', '2', '3', '0.5', '7', '12');
const price = decimal('0', '9.5', '10', '10', '10.5', '21');
const fee = decimal('0', '0', '1', '0.07');
const instrument = fc.constantFrom('A', 'B');
const step = fc.constantFrom(0, 0, 1, 1000, 3_600_000, dayMs);

const id = (i: number): string => `e${i}`;

const execution = fc.record({
  type: fc.constantFrom('BUY', 'SELL', 'SELL'),
  instrumentId: instrument,
  qtyE18: quantity,
  priceE18: price,
  feeE18: fee,
});
const cash = fc.record({
  type: fc.constantFrom('DEPOSIT', 'WITHDRAWAL', 'DIVIDEND', 'FEE'),
  instrumentId: fc.constant(null),
  amountE18: quantity,
});
const split = fc.record({
  type: fc.constant('SPLIT'),
  instrumentId: instrument,
  ratio: fc.constantFrom({ n: 2n, d: 1n }, { n: 3n, d: 2n }, { n: 1n, d: 4n }),
});
/** Few targets, so that corrections meet: earlier and later events, other corrections, and one that never comes. */
const target = fc.oneof({ weight: 9, arbitrary: fc.nat(9) }, fc.constant(99)).map(id);
const change = fc.oneof(
  fc.record({ priceE18: price }),
  fc.record({ qtyE18: quantity }),
  fc.record({ feeE18: fee, instrumentId: instrument }),
  fc.record({ tsMs: step.map((ms) => newYorkDstMs + ms * 3) }),
);
const correction = fc.oneof(
  fc.record({ type: fc.constant('CORRECT'), ref: target, set: change }),
  fc.record({ type: fc.constant('CANCEL'), ref: target }),
);

const log: fc.Arbitrary<LedgerEvent[]> = fc
  .array(
    fc.tuple(
      step,
      fc.option(fc.nat(3), { nil: null }),
      fc.oneof(
        { weight: 8, arbitrary: execution },
        { weight: 2, arbitrary: cash },
        { weight: 1, arbitrary: split },
        { weight: 3, arbitrary: correction },
      ),
    ),
    { maxLength: 36 },
  )
  .map((drafts) => {
    let tsMs = newYorkDstMs;
    return drafts.map(([ms, seq, fields], i) => {
      tsMs += ms;
      return {
        ...anEvent({ id: id(i), at: '2024-01-01' }, fields),
        tsMs,
        seq,
      };
    });
  });

/** Any order, at least once: positions of the log, of which the missing ones follow at the end. */
const arrivals = log.chain((events) =>
  fc
    .array(fc.nat(Math.max(0, events.length - 1)), { maxLength: events.length * 2 })
    .map((order) => [...order.flatMap((i) => events[i] ?? []), ...events]),
);

const options: fc.Arbitrary<LedgerOptions> = fc.record({
  selection: fc.constantFrom('fifo', 'lifo'),
  oversell: fc.constantFrom('open_short', 'reject'),
});

function shown(state: LedgerState): BatchResult {
  const { cash: held, realised, fees, income, netDeposits, tradedValue } = state;
  return {
    cash: exact(held),
    realised: exact(realised),
    fees: exact(fees),
    income: exact(income),
    netDeposits: exact(netDeposits),
    tradedValue: exact(tradedValue),
    lots: Object.fromEntries(
      [...state.positions].map(([key, { lots }]) => [
        key,
        lots.map((lot) => `${lot.id} ${lot.openTsMs} ${exact(lot.qty)} ${exact(lot.cost)}`),
      ]),
    ),
    records: state.realisedRecords.map(
      (r) =>
        `${r.executionId} ${r.instrumentId} ${exact(r.qty)} ${exact(r.basis)} ${exact(r.pnl)} ${r.holdMs}`,
    ),
    unmatched: Object.fromEntries([...state.unmatched].map(([key, qty]) => [key, exact(qty)])),
    rejected: state.rejections.map((rejection) => rejection.id),
    orphans: state.orphans,
  };
}

describe('ledger properties', () => {
  it('equals a plain sort-once, fold-once ledger for every order and duplication of arrival (P2)', () => {
    fc.assert(
      fc.property(arrivals, options, (events, chosen) => {
        const state = stateOf(events, chosen);
        expect(shown(state)).to.deep.equal(batch(events, chosen));
      }),
      { numRuns: 400 },
    );
  });

  it('gives one state to the last bit, whether asked after every event or once at the end', () => {
    fc.assert(
      fc.property(arrivals, fc.constantFrom('fifo', 'lifo', 'hifo', 'avg'), (events, selection) => {
        const asked = journalOf([], { selection });
        for (const event of events) {
          asked.insert(event);
          asked.state();
        }
        const inOrder = stateOf([...asked.events()], { selection });
        const text = encodeLedgerState(asked.state());
        expect(encodeLedgerState({ ...inOrder, orphans: asked.state().orphans })).to.equal(text);
        expect(encodeLedgerState(decodeLedgerState(text))).to.equal(text);
        expect(asked.size).to.equal(new Set(events.map((event) => event.id)).size);
      }),
      { numRuns: 200 },
    );
  });

  it('conserves value under every selection, priced, unpriced or quarantined (P9, L9)', () => {
    fc.assert(
      fc.property(
        log,
        fc.constantFrom('fifo', 'lifo', 'hifo', 'avg'),
        fc.dictionary(instrument, fc.constantFrom('0', '0.2', '10', '10.25', '1000')),
        (events, selection, prices) => {
          const state = stateOf(events, { selection });
          const value = valueLedger(state, marks(prices));
          expect(value.conservationDifference).to.satisfy(isZero);
          const missing = [...state.positions.keys()].filter((key) => !(key in prices)).sort();
          expect(value.unpriced).to.deep.equal(missing);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps lots of one sign that sum to the pool, and nothing of a flat position', () => {
    fc.assert(
      fc.property(log, options, (events, chosen) => {
        for (const { lots, pool } of stateOf(events, chosen).positions.values()) {
          expect(lots.length).to.be.greaterThan(0);
          expect(new Set(lots.map((lot) => lot.qty.num > 0n)).size).to.equal(1);
          const qty = lots.reduce((sum, lot) => sum + (lot.qty.num * 2n ** 100n) / lot.qty.den, 0n);
          expect(qty).to.equal((pool.qty.num * 2n ** 100n) / pool.qty.den);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('checkpoints', () => {
  const history = Array.from({ length: 700 }, (_, i) => {
    const at = new Date(Date.UTC(2024, 0, 1) + i * 60_000).toISOString();
    return aFill({ id: `h${i}`, at }, `${i % 3 === 0 ? 'S' : 'B'} ${(i % 7) + 1}@${(i % 11) + 5}`);
  });
  const between = (i: number): LedgerEvent =>
    aFill(
      { id: 'late', at: new Date(Date.UTC(2024, 0, 1) + i * 60_000 - 1).toISOString() },
      'S 40@9',
    );

  let unchanged: string;
  before(() => (unchanged = encodeLedgerState(stateOf(history))));

  for (const place of [0, 1, 255, 256, 257, 511, 512, 513, 699, 700]) {
    it(`replays from the checkpoint before an event that belongs at position ${place}`, () => {
      const journal = journalOf(history);
      journal.state();
      journal.insert(between(place));
      const expected = stateOf([
        ...history.slice(0, place),
        between(place),
        ...history.slice(place),
      ]);
      expect(encodeLedgerState(journal.state())).to.equal(encodeLedgerState(expected));
      journal.insert(anEvent({ id: 'undo', at: '2024-02-01' }, { type: 'CANCEL', ref: 'late' }));
      expect(encodeLedgerState(journal.state())).to.equal(unchanged);
    });
  }

  it('neither folds the past again to append, nor what lies before the last checkpoint for a late event', () => {
    const reads = new Map<string, number>();
    const observed = history.map((event) => ({
      ...event,
      get priceE18() {
        reads.set(event.id, (reads.get(event.id) ?? 0) + 1);
        return event.priceE18;
      },
    }));
    const readOnce = stateReads(() => journalOf(observed.slice(0, 1), fifo).state());
    reads.clear();
    const journal = journalOf([]);
    for (const event of observed) {
      journal.insert(event);
      journal.state();
    }
    expect(new Set(reads.values())).to.deep.equal(new Set([readOnce]));
    journal.insert(between(600));
    journal.state();
    expect([reads.get('h511'), reads.get('h512')]).to.deep.equal([readOnce, 2 * readOnce]);

    function stateReads(work: () => void): number {
      work();
      return reads.get('h0') ?? 0;
    }
  });
});

describe('a pool that is never flat', () => {
  it('keeps bounded denominators, and with them exact conservation and an exact end', () => {
    const trades = Array.from({ length: 300 }, (_, i) => [
      aFill({ id: `b${i}`, at: '2024-01-01', seq: 2 * i, fee: '0.01' }, `B 1.0${i}7@10.3`),
      aFill({ id: `s${i}`, at: '2024-01-01', seq: 2 * i + 1, fee: '0.01' }, `S 0.9${i}1@10.1`),
    ]).flat();
    const journal = journalOf(trades, { selection: 'avg' });
    const { pool } = journal.state().positions.get('X') ?? expect.fail('a position is open');
    expect(pool.cost.den.toString(2).length).to.be.within(400, 640);
    expect(valueLedger(journal.state(), marks({ X: '11' })).conservationDifference).to.satisfy(
      isZero,
    );

    const rest = { qtyE18: toE18(pool.qty), priceE18: parseE18('11') };
    journal.insert(anEvent({ id: 'end', at: '2024-01-02' }, { type: 'SELL', ...rest }));
    const { positions, realised, cash: held } = journal.state();
    expect([positions.size, exact(realised)]).to.deep.equal([0, exact(held)]);
  });
});
