import { join } from 'node:path';
import { browserPath, NO_BROWSER } from '@groundswell/testkit/browser';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { InvestorRecord } from '../../src/pages/investor/record.ts';
import {
  findings,
  overflowPx,
  pictureDir,
  startFixture,
  type Fixture,
  type OpenOptions,
} from '../support/browser.ts';
import {
  effect,
  fakeBehaviourAnswers,
  fakeRecord,
  fakeRecordItem,
} from '../support/fake-investor.ts';
import { fakeKinds, fakeOpsAnswers, fakeOpsSources } from '../support/fake-ops.ts';
import type { FakeAnswer } from '../support/fake-servers.ts';
import { gap, INVESTOR_KEY } from '../support/fake-world.ts';

interface Look extends OpenOptions {
  readonly name: string;
  /** Test id of what must be there. */
  readonly ready: string;
  readonly before?: () => void;
}

const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.getAttribute('data-testid'));

describe('investor and operations pages in a browser (fake gateway)', function () {
  this.timeout(90_000);
  if (browserPath === null) {
    it(`not run: ${NO_BROWSER}`); // pending
    return;
  }
  let fixture: Fixture;
  const startMs = Date.now();
  let revision = 100;
  const answerWith = (answers: readonly (readonly [string, FakeAnswer])[]) => {
    for (const [path, answer] of answers) fixture.backend.answers.set(path, answer);
  };
  const publish = (change: Partial<InvestorRecord> = {}) => {
    const record = { ...fakeRecord(Date.now(), (revision += 1)), ...change };
    fixture.gateway.publish(`investor:${INVESTOR_KEY}`, fakeRecordItem(record));
  };
  const brokerHole = () => gap('world-broker', 'transactions', startMs - 60_000, startMs, startMs);
  const fillBrokerHole = () => {
    const hole = brokerHole();
    const data = { ...(hole.data as object), closed: true };
    fixture.gateway.publish('sources', { ...hole, ver: (Date.now() + 1) * 1000, data });
  };
  before(async () => {
    fixture = await startFixture();
    answerWith(fakeBehaviourAnswers(startMs));
    answerWith(fakeOpsAnswers(startMs));
  });
  after(() => fixture.stop());
  beforeEach(() => {
    publish();
    fixture.backend.failWith = null;
    fixture.backend.answers.delete('/v1/ops/conservation');
    answerWith(fakeOpsAnswers(startMs));
  });
  afterEach(() => {
    expect(fixture.faults).to.eql([]);
  });

  const investor = { path: '/i/me', persona: 'investor', ready: 'disposition-point' } as const;
  const ops = { path: '/ops', persona: 'ops', ready: 'dead-letters' } as const;
  const looks: readonly Look[] = [
    { name: 'investor-live', ...investor },
    { name: 'investor-explained', ...investor, path: '/i/me?why=disposition' },
    {
      ...{ name: 'investor-lot', ...investor, ready: 'lot' },
      path: `/i/me?lot=${encodeURIComponent('crypto:TIDE-USD|world-broker:buy-3')}`,
    },
    {
      ...{ name: 'investor-empty', ready: 'state-empty', persona: 'ops' },
      path: `/i/v1:${'b'.repeat(43)}`,
    },
    { name: 'investor-unauthorised', path: '/i/me', persona: 'viewer', ready: 'state-forbidden' },
    { name: 'ops-unauthorised', path: '/ops', ready: 'state-forbidden' },
    {
      ...{ name: 'ops-empty', ...ops, ready: 'state-empty' },
      before: () => {
        const nothing = { as_of: new Date().toISOString(), flows: [], kinds: [], checkpoints: [] };
        for (const path of ['flow', 'dead-letters', 'conservation']) {
          fixture.backend.answers.set(`/v1/ops/${path}`, () => nothing);
        }
      },
    },
    {
      ...{ name: 'investor-gap', ...investor },
      before: () => {
        fixture.gateway.publish('sources', brokerHole());
        const [first, ...others] = fakeRecord(startMs, 1).holdings;
        const held = { ...first, quarantined: true, market_value: null, unrealised_pnl: null };
        publish({
          holdings: [held as never, ...others],
          ...{ unrealised_pnl: '-1726.405', market_value: '28265.47', equity: '39453.455' },
        });
      },
    },
    { name: 'ops-live', ...ops },
    {
      ...{ name: 'ops-gap', ...ops },
      before: () => {
        fixture.gateway.publish('sources', ...fakeOpsSources(Date.now()));
      },
    },
    {
      ...{ name: 'ops-inspected', ...ops, ready: 'inspect' },
      path: `/ops/dead-letters/${fakeKinds[0]?.fingerprint ?? ''}`,
    },
  ];

  describe('looks', () => {
    for (const { name, ready, before: prepare, ...open } of looks) {
      it(`${name}: nothing for axe, nothing too wide, in both themes`, async () => {
        prepare?.();
        const page = await fixture.open({
          ...open,
          updown: name.includes('gap') ? 'blue' : 'green',
        });
        await page.getByTestId(ready).first().waitFor();
        for (const theme of ['dark', 'light']) {
          if (theme === 'light') await page.getByLabel('Switch to the light theme').click();
          for (const width of [1440, 390]) {
            await page.setViewportSize({ width, height: 900 });
            await page.screenshot({
              path: join(pictureDir, `${name}-${theme}-${String(width)}.png`),
              fullPage: width === 390,
            });
            expect(await findings(page), `${theme} ${String(width)}`).to.eql([]);
          }
        }
        for (const width of [320, 390, 768, 1024, 1440]) {
          await page.setViewportSize({ width, height: 900 });
          expect(await overflowPx(page), `${String(width)} px`).to.equal(0);
        }
        fillBrokerHole();
      });
    }

    it('moves nothing by itself when less motion is asked for', async () => {
      const page = await fixture.open(investor);
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await page.getByTestId('disposition-point').waitFor();
      publish({ equity: '1.5' });
      await page.getByTestId('equity').getByText('1.50').waitFor();
      expect(await page.evaluate(() => document.getAnimations().length)).to.equal(0);
    });
  });

  describe('investor', () => {
    it('draws point and band where they belong, solid when final', async () => {
      const page = await fixture.open(investor);
      await page.getByTestId('disposition-point').waitFor();
      const read = (id: string, ...names: string[]) =>
        page
          .getByTestId(id)
          .evaluate((it, wanted) => wanted.map((name) => it.getAttribute(name) ?? ''), names);
      const [box = ''] = await read('disposition-line', 'viewBox');
      const width = Number(box.split(' ')[2]);
      const at = (value: number) => 12 + ((value + 1) / 2) * (width - 24);
      const { de, se } = effect('ODEAN_DAY', 90, [21, 29, 9, 60], 39);
      const [cx, shape = ''] = await read('disposition-point', 'cx', 'class');
      expect(Number(cx)).to.be.closeTo(at(de ?? 0), 0.01);
      expect(shape).not.to.contain('open');
      const [left, across] = (await read('disposition-band', 'x', 'width')).map(Number);
      expect(left).to.be.closeTo(at((de ?? 0) - 1.96 * (se ?? 0)), 0.01);
      expect(across).to.be.closeTo(1.96 * (se ?? 0) * (width - 24), 0.01);
      expect(await page.getByTestId('disposition').textContent()).to.equal('+0.29');
    });

    it('is hollow with today inside, and a dash with what it needs below its sample', async () => {
      const page = await fixture.open({ ...investor, path: '/i/me?window=30' });
      const point = page.getByTestId('disposition-point');
      await point.waitFor();
      expect(await point.getAttribute('class')).to.contain('open');
      publish({ disposition: [effect('ODEAN_DAY', 30, [4, 6, 1, 2], 7)] });
      await point.waitFor({ state: 'hidden' });
      expect(await page.getByTestId('disposition').textContent()).to.equal('—');
      await page.getByText('needs 5 gains and 5 losses on offer, has 10 and 3').waitFor();
    });

    it('takes a record without habits as not known', async () => {
      const page = await fixture.open(investor);
      const { disposition, turnover, ...old } = fakeRecord(Date.now(), (revision += 1));
      expect([disposition, turnover]).not.to.include(undefined);
      fixture.gateway.publish(`investor:${INVESTOR_KEY}`, fakeRecordItem(old));
      await page.getByText('does not hold this measure yet').waitFor();
    });

    it('never values what has no price, and marks what is held back', async () => {
      const page = await fixture.open(investor);
      const row = page.getByTestId('holding-crypto:KESTR-USD');
      expect(await row.innerText()).to.match(/no price\s+—\s+—/);
      expect(await row.getAttribute('class')).to.contain('hatched');
    });

    it('says aloud that the books do not balance', async () => {
      const page = await fixture.open(investor);
      await page.getByTestId('books').getByText('0.00000000').waitFor();
      publish({ conservation_difference: '0.00000001' });
      await page.getByTestId('books').getByText('Books do not balance.').waitFor();
      await page.getByTestId('books').getByText('0.000000010000000000').waitFor();
    });

    it('is worked by keys: explain, window, table, and the focus comes back', async () => {
      const page = await fixture.open(investor);
      await page.getByTestId('trust-disposition').focus();
      await page.keyboard.press('e');
      await page.getByTestId('explanation-lines').getByText('PGR − PLR').waitFor();
      await page.getByTestId('explanation-history').waitFor();
      expect(new URL(page.url()).search).to.equal('?why=disposition');
      await page.keyboard.press('Escape');
      await page.getByTestId('explanation').waitFor({ state: 'hidden' });
      expect(await focused(page)).to.equal('trust-disposition');
      await page.getByTestId('window-30').focus();
      await page.keyboard.press('Enter');
      await page
        .getByTestId('measure-turnover')
        .getByText('Turnover, 30 d', { exact: true })
        .waitFor();
      expect(new URL(page.url()).search).to.equal('?window=30');
      await page.keyboard.press('t');
      await page.getByTestId('waterfall-table').getByText('Net deposits').waitFor();
    });

    it('draws single lots, walks over them by keys, and lists the executions of one', async () => {
      const page = await fixture.open(investor);
      await page.getByTestId('lot-totals').getByText('8 open, 8 closed').waitFor();
      const bars = page.getByTestId('position-crypto:TIDE-USD').locator('.lot');
      const looks = await bars.evaluateAll((all) => all.map((it) => it.getAttribute('class')));
      expect(looks.map((it) => it?.includes('open'))).to.eql([false, true, false, true]);
      await page.getByTestId('positions').focus();
      await page.keyboard.press('ArrowRight');
      await page.getByTestId('pointed-lot').getByText('TIDE').waitFor();
      await page.keyboard.press('Enter');
      const lot = page.getByTestId('lot');
      await lot.getByText('+1,204.40').first().waitFor();
      const rows = lot.getByTestId('executions').locator('tbody tr');
      await rows.nth(1).waitFor();
      expect(await rows.count()).to.equal(2);
      expect(await rows.first().innerText()).to.match(/Sold 60 TIDE.*corrected/s);
      expect(new URL(page.url()).searchParams.get('lot')).to.equal(
        'crypto:TIDE-USD|world-broker:buy-3',
      );
      await page.keyboard.press('Escape');
      await lot.waitFor({ state: 'hidden' });
      expect(await focused(page)).to.equal('positions');
      await page.keyboard.press('t');
      const table = page.getByTestId('lots-table');
      await table.locator('tbody tr').nth(15).waitFor();
      expect(await findings(page)).to.eql([]);
      await table.getByRole('button', { name: /KESTR/ }).press('Enter');
      await lot.getByText('no price').waitFor();
    });

    it('lists the executions behind a measure, page by page', async () => {
      const page = await fixture.open({ ...investor, path: '/i/me?why=realised' });
      const list = page.getByTestId('executions');
      await list.locator('tbody tr').nth(5).waitFor();
      expect(await list.locator('tbody tr').count()).to.equal(6);
      await list.getByRole('button', { name: 'Older ones' }).click();
      await list.locator('tbody tr').nth(7).waitFor();
      expect(await list.innerText()).not.to.contain('Bought');
    });

    it('keeps the positions of the record while single lots cannot be read, and says why', async () => {
      const path = `/v1/investors/${INVESTOR_KEY}/lots`;
      fixture.backend.answers.set(path, () => null);
      const page = await fixture.open(investor);
      const panel = page.getByTestId('state-forbidden');
      await panel.waitFor();
      expect(await page.getByTestId('positions').locator('.lot').count()).to.equal(6);
      fixture.backend.answers.delete(path);
    });

    it('takes private values away with the role, the history too', async () => {
      const page = await fixture.open({ ...investor, path: '/i/me?why=equity' });
      await page.getByTestId('explanation-history').waitFor();
      await page
        .getByLabel(/^Who is looking/)
        .first()
        .click();
      await page.getByTestId('sign-in-viewer').click();
      await page.getByTestId('state-forbidden').getByText('investor:self').first().waitFor();
      expect(await page.content()).not.to.match(/22,490|60,585|world-broker:buy/);
    });
  });

  describe('operations', () => {
    it('turns two reads into rates, and has a table of the same', async () => {
      const page = await fixture.open(ops);
      await page.getByTestId('flow-picture').getByText('1,840/s · 0.1 s').waitFor();
      await page.keyboard.press('t');
      const row = page.getByTestId('flow-table').getByText('derive-sentiment-score');
      await row.waitFor();
      expect(new URL(page.url()).search).to.equal('?flow=table');
    });

    it('shows partitions on demand and adds their differences up', async () => {
      const page = await fixture.open(ops);
      const fold = page.getByTestId('conservation').getByRole('button').first();
      await fold.focus();
      await page.keyboard.press('Enter');
      await page.getByText('partition 5', { exact: true }).waitFor();
      expect(await fold.getAttribute('aria-expanded')).to.equal('true');
    });

    it('inspects a kind by keys, masked, under an address of its own', async () => {
      const page = await fixture.open(ops);
      const fingerprint = fakeKinds[1]?.fingerprint ?? '';
      await page.getByTestId(`inspect-${fingerprint}`).waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByTestId('inspect').getByText('38 records.').waitFor();
      expect(new URL(page.url()).pathname).to.equal(`/ops/dead-letters/${fingerprint}`);
      expect(await page.getByLabel('masked').count()).to.equal(3);
      await page.keyboard.press('Escape');
      await page.getByTestId('inspect').waitFor({ state: 'hidden' });
      expect(await focused(page)).to.equal(`inspect-${fingerprint}`);
    });

    it('keeps what was read through an outage, and loses it with the scope', async () => {
      const page = await fixture.open(ops);
      const table = page.getByTestId('dead-letters');
      await table.getByText('412').waitFor();
      fixture.backend.failWith = 503;
      await page.waitForTimeout(6000);
      expect(await table.getByText('412').count()).to.equal(1);
      fixture.backend.failWith = null;
      for (const path of ['flow', 'dead-letters']) {
        fixture.backend.answers.set(`/v1/ops/${path}`, () => null);
      }
      await page.getByTestId('state-forbidden').first().getByText('ops', { exact: true }).waitFor();
      await table.waitFor({ state: 'hidden' });
      expect(await page.content()).not.to.contain('3f9a');
    });

    it('names problem and trace of a read that never worked, and reads again on demand', async () => {
      fixture.backend.answers.delete('/v1/ops/flow');
      const page = await fixture.open(ops);
      const state = page.getByTestId('state-forbidden').or(page.getByTestId('state-error')).first();
      await state.getByText('urn:groundswell:problem:not-found').waitFor();
      answerWith(fakeOpsAnswers(startMs));
      await state.getByRole('button', { name: 'Try again' }).click();
      await page.getByTestId('flow-picture').waitFor();
    });
  });
});
