import { join } from 'node:path';
import { browserPath, NO_BROWSER } from '@groundswell/testkit/browser';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import {
  overflowPx,
  pictureDir,
  seriousFindings,
  startFixture,
  webSizes,
  type Fixture,
} from '../support/browser.ts';
import {
  fakeInstruments,
  fakeInvestor,
  fakePrice,
  gap,
  INVESTOR_KEY,
} from '../support/fake-world.ts';

const TIDE = 'crypto:TIDE-USD';
const pages = [
  { name: 'board', path: '/board', ready: `price-${TIDE}` },
  { name: 'symbol', path: `/s/${TIDE}`, ready: 'chart' },
  { name: 'explained', path: `/s/${TIDE}?why=mood`, ready: 'revisions' },
  { name: 'price-explained', path: `/s/${TIDE}?why=close`, ready: 'revisions' },
  { name: 'investor', path: '/i/me', ready: 'holdings', persona: 'investor' },
  { name: 'operations', path: '/ops', ready: 'conservation', persona: 'ops' },
  { name: 'operations-forbidden', path: '/ops', ready: 'state-forbidden' },
] as const;

const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

describe('dashboard in a browser (fake gateway)', function () {
  this.timeout(60_000);
  if (browserPath === null) {
    it(`not run: ${NO_BROWSER}`); // pending
    return;
  }
  let fixture: Fixture;
  before(async () => {
    fixture = await startFixture();
    const nowMs = Date.now();
    const from = nowMs - 40 * 60_000;
    fixture.gateway.publish('sources', gap('coinbase', 'TIDE-USD', from, from + 240_000, nowMs));
  });
  after(() => fixture.stop());
  afterEach(() => {
    expect(fixture.faults).to.eql([]);
  });

  describe('looks', () => {
    for (const { name, path, ready, ...more } of pages) {
      for (const width of [1440, 390]) {
        it(`${name} is accessible in both themes and fits, ${String(width)} px`, async () => {
          const page = await fixture.open({ path, width, ...more });
          await page.getByTestId(ready).first().waitFor();
          for (const theme of ['dark', 'light']) {
            if (theme === 'light') await page.getByLabel('Switch to the light theme').click();
            const file = `${name}-${theme}-${String(width)}.png`;
            await page.screenshot({ path: join(pictureDir, file) });
            expect(await seriousFindings(page), theme).to.eql([]);
          }
          expect(await overflowPx(page)).to.equal(0);
          if (width !== 390) return;
          await page.setViewportSize({ width: 320, height: 700 });
          expect(await overflowPx(page), '320 px').to.equal(0);
        });
      }
    }

    it('is accessible in colours for colour-blind eyes', async () => {
      for (const theme of ['dark', 'light'] as const) {
        const page = await fixture.open({ path: '/board', theme, updown: 'blue' });
        await page.getByTestId(`price-${TIDE}`).waitFor();
        expect(await seriousFindings(page), theme).to.eql([]);
      }
    });
  });

  describe('live path', () => {
    let version = 100;
    const publishPrice = (price: number, offset = (version += 1)) => {
      fixture.gateway.publish(`price:${TIDE}`, fakePrice(TIDE, price, Date.now(), offset));
    };
    const price = (page: Page) => page.getByTestId(`price-${TIDE}`);

    it('shows a price that moves, and lights only the changed digits', async () => {
      const page = await fixture.open({ path: '/board' });
      publishPrice(187.42);
      await price(page).getByText('187.42').waitFor();
      publishPrice(187.61);
      await page.waitForFunction(
        (id) => document.querySelector(`[data-testid="${id}"] .up`)?.textContent === '61',
        `price-${TIDE}`,
      );
      // Dark again after half a second, without a timer of its own.
      await page.waitForFunction(
        (id) => document.querySelector(`[data-testid="${id}"] .up`) === null,
        `price-${TIDE}`,
      );
      expect(await price(page).textContent()).to.equal('187.61');
    });

    it('never lets an older version replace a newer one (I7)', async () => {
      const page = await fixture.open({ path: '/board' });
      publishPrice(190.11);
      await price(page).getByText('190.11').waitFor();
      publishPrice(99.99, 3);
      publishPrice(190.12);
      await price(page).getByText('190.12').waitFor();
    });

    it('lets the picture stand while frozen and counts what waits', async () => {
      const page = await fixture.open({ path: '/board' });
      publishPrice(191.11);
      await price(page).getByText('191.11').waitFor();
      await page.keyboard.press('f');
      publishPrice(192.22);
      await page.getByText('1 updates waiting').waitFor();
      expect(await price(page).textContent()).to.equal('191.11');
      await page.keyboard.press('f');
      await price(page).getByText('192.22').waitFor();
    });

    it('shows a changed value of the investor', async () => {
      const page = await fixture.open({ path: '/i/me', persona: 'investor' });
      await page.getByTestId('equity').waitFor();
      expect(await page.getByTestId('books').textContent()).to.contain('0.00000000');
      const next = fakeInvestor(Date.now(), (version += 1));
      fixture.gateway.publish(`investor:${INVESTOR_KEY}`, {
        ...next,
        data: { ...(next.data as object), equity: '12345.678', revision: next.ver },
      });
      await page.getByTestId('equity').getByText('12,345.68').waitFor();
    });
  });

  describe('states', () => {
    it('marks a hole of a source in pill, row and chart', async () => {
      const page = await fixture.open({ path: '/board' });
      await page.getByTestId('connection-pill').getByText('Live · 2 gaps').waitFor();
      await page.getByText('coinbase: 38 events missing').waitFor();
    });

    it('keeps old values with their age when the gateway goes, and comes back', async () => {
      const page = await fixture.open({ path: '/board' });
      fixture.gateway.shut();
      await page.getByTestId('notice-offline').waitFor();
      expect(await page.getByTestId(`price-${TIDE}`).textContent()).to.match(/^\d+\.\d\d$/);
      fixture.gateway.open();
      await page
        .locator('[data-testid=connection-pill][data-state=live]')
        .waitFor({ timeout: 30_000 });
      await page.getByTestId('notice-offline').waitFor({ state: 'hidden' });
    });

    it('says when the gateway is behind its log', async () => {
      const page = await fixture.open({ path: '/board' });
      fixture.gateway.degrade('the broker does not answer');
      await page.getByTestId('notice-degraded').getByText('the broker does not answer').waitFor();
      fixture.gateway.degrade(null);
      await page.getByTestId('notice-degraded').waitFor({ state: 'hidden' });
    });

    it('keeps the notice of lost updates until it is dismissed', async () => {
      const page = await fixture.open({ path: '/board' });
      fixture.gateway.loseItems();
      await page.getByTestId('notice-gap').getByRole('button').click({ timeout: 30_000 });
      await page.getByTestId('notice-gap').waitFor({ state: 'hidden' });
      fixture.gateway.forget();
    });

    it('names problem, type and trace of a failed read, and reads again on demand', async () => {
      fixture.backend.failWith = 503;
      const page = await fixture.open({ path: '/board' });
      const state = page.getByTestId('state-error');
      await state.getByText('urn:groundswell:problem:outage').waitFor();
      fixture.backend.failWith = null;
      await state.getByRole('button', { name: 'Try again' }).click();
      await page.getByTestId(`price-${TIDE}`).waitFor();
    });

    it('says why a list is empty and what to do', async () => {
      const page = await fixture.open({ path: '/board?filter=nothing-like-it' });
      await page.getByTestId('state-empty').getByRole('button').click();
      await page.getByTestId(`row-${TIDE}`).waitFor();
    });

    it('names the missing scope and clears private values with the role', async () => {
      const page = await fixture.open({ path: '/i/me', persona: 'investor' });
      await page.getByTestId('equity').waitFor();
      await page
        .getByLabel(/^Who is looking/)
        .first()
        .click();
      await page.getByTestId('sign-in-viewer').click();
      await page.getByTestId('state-forbidden').getByText('investor:self').first().waitFor();
      expect(await page.content()).not.to.contain('22,490.40');
    });

    it('keeps the view when signed out and takes no token into storage', async () => {
      const page = await fixture.open({ path: '/board' });
      expect(
        await page.evaluate(() => JSON.stringify([localStorage, sessionStorage])),
      ).not.to.contain('fake.');
      await page
        .getByLabel(/^Who is looking/)
        .first()
        .click();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByTestId('notice-signed-out').waitFor();
      expect(await page.getByTestId(`price-${TIDE}`).textContent()).to.match(/^\d+\.\d\d$/);
    });
  });

  describe('keyboard only', () => {
    it('finds a symbol, explains it, shows the table and gives the focus back', async () => {
      const page = await fixture.open({ path: '/board' });
      await page.getByTestId(`row-${TIDE}`).waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('tide');
      await page.keyboard.press('Escape');
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByTestId('chart').waitFor();
      expect(new URL(page.url()).pathname).to.equal(`/s/${TIDE}`);

      await page.getByTestId(`trust-${TIDE}`).focus();
      await page.keyboard.press('e');
      await page.getByTestId('explanation-verdict').waitFor();
      await page.keyboard.press('Escape');
      await page.getByTestId('explanation').waitFor({ state: 'hidden' });
      const focused = await page.evaluate(() =>
        document.activeElement?.getAttribute('data-testid'),
      );
      expect(focused).to.equal(`trust-${TIDE}`);

      await page.keyboard.press('t');
      await page.getByTestId('bar-table').waitFor();
      await page.keyboard.press('[');
      expect(new URL(page.url()).search).to.equal('?bar=1s');
      await page.keyboard.press('g');
      await page.keyboard.press('o');
      await page.getByTestId('state-forbidden').getByText('ops', { exact: true }).first().waitFor();
      await page.keyboard.press('?');
      await page.getByTestId('keys').waitFor();
    });

    it('speaks the point under the arrow keys', async () => {
      const page = await fixture.open({ path: `/s/${TIDE}` });
      await page.getByTestId('chart').focus();
      await page.keyboard.press('ArrowLeft');
      await page
        .getByTestId('live-region')
        .getByText(/close 1\d\d/)
        .waitFor();
    });
  });

  it('stays within the size budgets, gzipped', () => {
    const { entry, styles, font, symbol, others } = webSizes();
    expect(entry, kB(entry)).to.be.at.most(60_000);
    expect(styles, kB(styles)).to.be.at.most(8000);
    expect(symbol, kB(symbol)).to.be.at.most(75_000);
    expect(font, kB(font)).to.be.at.most(50_000);
    expect(Math.max(...others)).to.be.at.most(20_000);
  });

  it('reads the list and the first price of each instrument once', async () => {
    const page = await fixture.open({ path: '/board' });
    const asked = () =>
      page.evaluate(() => {
        const names = performance.getEntriesByType('resource').map(({ name }) => new URL(name));
        // The moment of the question differs from one reading to the next.
        const paths = names.map(({ pathname }) => decodeURIComponent(pathname));
        return paths.filter((path) => path.startsWith('/v1/')).sort();
      });
    const last = fakeInstruments.at(-1);
    await page.waitForFunction(
      (id) => performance.getEntriesByType('resource').some(({ name }) => name.includes(id)),
      encodeURIComponent(`${last?.id ?? ''}@`),
    );
    await page.waitForTimeout(300);
    const paths = await asked();
    expect(paths)
      .to.include('/v1/instruments')
      .and.eql([...new Set(paths)]);
  });

  it('follows every instrument once', async () => {
    const before = fixture.gateway.subscribed.length;
    const page = await fixture.open({ path: '/board' });
    await page.getByTestId(`price-${TIDE}`).getByText('.').waitFor();
    const asked = fixture.gateway.subscribed.slice(before);
    // Price, minutes, mood by five minutes and by the hour; the whole market's mood; the sources.
    expect(asked).to.have.length(fakeInstruments.length * 4 + 2);
    expect(new Set(asked).size).to.equal(asked.length);
  });
});
