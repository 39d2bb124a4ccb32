import type { InvestorData } from '@groundswell/schemas';
import { expect } from 'chai';
import { holdingRows, measuresOf, profitRows, waterfallOf } from '../../src/lib/investor-view.ts';
import { fakeInvestor } from '../support/fake-world.ts';

const investor = fakeInvestor(Date.UTC(2026, 10, 21), 7).data as InvestorData;

describe('investor page', () => {
  it('leads from deposits to equity without a gap', () => {
    const { steps, axisStart } = waterfallOf(investor);
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

  it('keeps an unbroken axis where the changes are visible anyway', () => {
    const small = { ...investor, net_deposits: '0', holdings: [] };
    expect(waterfallOf(small).axisStart).to.equal(0);
  });

  it('never values an unpriced holding at 0, and lists it last', () => {
    const rows = holdingRows(investor);
    expect(rows[0]).to.include({ symbol: 'TIDE-USD', value: '22,490.40', unrealised: '+3,266.40' });
    expect(rows.at(-1)).to.include({
      ...{ symbol: 'KESTR-USD', mark: 'no price', value: '—', unrealised: '—', missing: 'none' },
    });
  });

  it('describes habits in sentences with their n', () => {
    const [holding, concentration] = measuresOf(investor);
    expect(holding?.value).to.equal('2.41×');
    expect(holding?.sentence).to.equal(
      'Losing lots were held 2.41 times as long as winning ones (68 d against 28 d).',
    );
    expect(concentration?.sentence).to.contain('One holding has no price and is left out.');
  });

  it('shows a dash and what it needs below the minimum sample', () => {
    const few = { ...investor, losers: 1, holding_time_ratio: null, effective_n: null };
    const [holding, concentration] = measuresOf(few);
    expect(holding).to.include({
      value: '—',
      needs: 'needs 3 losers and 3 winners, has 1 and 21',
    });
    expect(concentration?.needs).to.equal('needs one priced holding, has none');
  });

  it('splits the result by instrument, sold ones too', () => {
    const rows = profitRows(investor);
    const helx = rows.find(({ symbol }) => symbol === 'HELX-USD');
    expect(helx).to.include({ realised: '-980.12', unrealised: null, unrealisedShare: 0 });
    const shares = rows.flatMap((row) => [row.realisedShare, row.unrealisedShare]).map(Math.abs);
    expect(Math.max(...shares)).to.equal(1);
  });
});
