import type { Mutant } from '../mutant.ts';

const ledger = ['packages/ledger/test/ledger.test.ts', 'packages/ledger/test/valuation.test.ts'];
const disposition = ['packages/behaviour/test/disposition.test.ts'];
const days = ['services/derive-behaviour/test/core/behaviour-operator.test.ts'];

/** Ledgers and what is measured of them. */
export const bookMutants: readonly Mutant[] = [
  {
    name: 'a fee booked by itself is not counted',
    rule: 'C4',
    file: 'packages/ledger/src/fold.ts',
    find: 'book.fees = add(book.fees, amount);',
    replace: '',
    tests: ledger,
  },
  {
    name: 'dividends are no income',
    rule: 'C4',
    file: 'packages/ledger/src/fold.ts',
    find: 'book.income = add(book.income, amount);',
    replace: '',
    tests: ledger,
  },
  {
    name: 'a paper gain needs no room for the fee',
    rule: 'B1',
    file: 'packages/behaviour/src/disposition.ts',
    find: "cmp(sub(prices.low, fee), cost) > 0) return 'pg'",
    replace: "cmp(prices.low, cost) > 0) return 'pg'",
    tests: ['packages/behaviour/test/disposition.test.ts'],
  },
  {
    name: 'a day with one symbol counts',
    rule: 'B1',
    file: 'packages/behaviour/src/disposition.ts',
    find: 'opportunities.length < 2',
    replace: 'opportunities.length < 1',
    tests: ['packages/behaviour/test/disposition.test.ts'],
  },
  {
    name: 'a paper gain is one before the fee of buying',
    rule: 'B1',
    file: 'packages/behaviour/src/disposition.ts',
    find: 'sub(prices.low, fee)',
    replace: 'prices.low',
    tests: disposition,
  },
  {
    name: 'covering a short counts as a sale',
    rule: 'B1',
    file: 'packages/behaviour/src/timeline.ts',
    find: 'if (sign(before.qty) <= 0 || isZero(units)) return;',
    replace: 'if (isZero(units)) return;',
    tests: disposition,
  },
  {
    name: 'one side with enough opportunities is enough',
    rule: 'B1',
    file: 'packages/behaviour/src/disposition.ts',
    find: 'gains < minimum || losses < minimum',
    replace: 'gains + losses < minimum',
    tests: disposition,
  },
  {
    name: 'every local day has 24 hours',
    rule: 'C8',
    file: 'packages/behaviour/src/local-days.ts',
    find: 'endMs: startMs(day + 1)',
    replace: 'endMs: startMs(day) + 86_400_000',
    tests: disposition,
  },
  {
    name: 'a day is final as soon as it is over somewhere',
    rule: 'B1',
    file: 'services/derive-behaviour/src/core/habits.ts',
    find: 'Math.min(...open) - 1',
    replace: 'Math.max(...open) - 1',
    tests: days,
  },
  {
    name: 'a late price leaves the days as they are',
    rule: 'L8',
    file: 'services/derive-behaviour/src/core/behaviour-operator.ts',
    find: 'await this.prices.refresh(priced, reader);',
    replace: '',
    tests: days,
  },
];
