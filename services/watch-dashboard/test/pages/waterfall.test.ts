import { expect } from 'chai';
import fc from 'fast-check';
import { formatE18, parseE18 } from '@groundswell/domain';
import { drawnSteps, waterfallOf } from '../../src/pages/investor/waterfall.ts';
import { fakeRecord } from '../support/fake-investor.ts';

const record = fakeRecord(Date.UTC(2026, 10, 21), 7);
const sumOf = (amounts: readonly string[]) =>
  formatE18(amounts.reduce((total, amount) => total + parseE18(amount), 0n));

describe('from deposits to equity (L9)', () => {
  it('has a column for every part, each beginning where the one before ends', () => {
    const { steps, axisStart } = waterfallOf(record);
    expect(steps.map(({ label }) => label)).to.eql([
      ...['Net deposits', 'Realised', 'Unrealised', 'Income', 'Unpriced', 'Fees', 'Equity'],
    ]);
    for (let index = 2; index < steps.length - 1; index += 1) {
      expect(steps[index]?.from).to.equal(steps[index - 1]?.to);
    }
    expect(steps.at(-2)?.to).to.equal(steps.at(-1)?.to);
    expect(steps.find(({ label }) => label === 'Fees')?.text).to.equal('\u2212318.00');
    expect(axisStart).to.be.within(1, 60_000); // broken, and says so
  });

  it('adds up to equity, to the last digit, for any record', () => {
    const money = fc
      .bigInt({ min: -(10n ** 27n), max: 10n ** 27n })
      .map((value) => formatE18(value * 10n ** 10n));
    const holding = fc.record({ cost: money, market_value: fc.option(money) });
    fc.assert(
      fc.property(
        fc.array(money, { minLength: 6, maxLength: 6 }),
        fc.array(holding, { maxLength: 3 }),
        ([deposits, realised, unrealised, income, equity, difference], holdings) => {
          const { steps } = waterfallOf({
            ...record,
            net_deposits: deposits ?? '0',
            realised_pnl: realised ?? '0',
            unrealised_pnl: unrealised ?? '0',
            income: income ?? '0',
            equity: equity ?? '0',
            conservation_difference: difference ?? '0',
            holdings: holdings.map((it) => ({ ...record.holdings[0], ...it }) as never),
          });
          const amounts = steps.map(({ amount }) => amount);
          expect(sumOf(amounts.slice(0, -1))).to.equal(amounts.at(-1));
        },
      ),
    );
  });

  it('names what the books do not explain instead of hiding it in the fees', () => {
    const equity = formatE18(parseE18(record.equity) + parseE18('12.5'));
    const off = waterfallOf({ ...record, equity, conservation_difference: '12.5' });
    const step = off.steps.find(({ label }) => label === 'Not explained');
    expect(step).to.include({ amount: '12.5', kind: 'up' });
    const tooMuch = waterfallOf({ ...record, income: '100612' });
    const labels = new Map(tooMuch.steps.map(({ label, amount }) => [label, amount]));
    expect(labels.get('Fees')).to.equal('-318'); // no more than all fees
    expect(labels.get('Not explained')).to.equal('-100000');
    const tooLittle = waterfallOf({ ...record, income: '0' });
    expect(tooLittle.steps.find(({ label }) => label === 'Not explained')?.amount).to.equal('294');
  });

  it('draws no column for the dust of rounding', () => {
    const dusty = { ...record, net_deposits: '60000.00000001', income: '0' };
    expect(drawnSteps(waterfallOf(dusty)).map(({ label }) => label)).not.to.include('Income');
    const noFees = { ...record, equity: formatE18(parseE18(record.equity) + 318n * 10n ** 18n) };
    const steps = drawnSteps(waterfallOf({ ...noFees, income: '612.00000001' }));
    expect(steps.map(({ label }) => label)).not.to.include('Fees');
    const nothing = { ...record, realised_pnl: '0', unrealised_pnl: '0' };
    expect(drawnSteps(waterfallOf(nothing)).map(({ label }) => label)).to.include('Unrealised');
  });

  it('keeps an unbroken axis where the changes are visible anyway', () => {
    const small = { ...record, net_deposits: '0', holdings: [] };
    expect(waterfallOf(small).axisStart).to.equal(0);
  });
});
