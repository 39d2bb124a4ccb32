import { browserPath, NO_BROWSER } from '@groundswell/testkit/browser';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { findings, overflowPx, startFixture, type Fixture } from '../support/browser.ts';
import { fakeMood } from '../support/fake-mood.ts';
import { fakeInstruments, fakePrice } from '../support/fake-world.ts';

const TIDE = 'crypto:TIDE-USD';
/** In the middle of a window of five minutes. */
const NOW_MS = Date.UTC(2026, 10, 20, 14, 32, 5);
const WINDOW_MS = 300_000;

describe('market board in a browser (fake gateway)', function () {
  this.timeout(60_000);
  if (browserPath === null) {
    it(`not run: ${NO_BROWSER}`); // pending
    return;
  }
  let fixture: Fixture;
  before(async () => {
    fixture = await startFixture(NOW_MS);
  });
  after(() => fixture.stop());
  afterEach(() => {
    expect(fixture.faults).to.eql([]);
  });

  let version = 100;
  const publishMood = (id: string, mood: number, n = 60) => {
    const startMs = Math.floor(NOW_MS / WINDOW_MS) * WINDOW_MS;
    const item = fakeMood(id, WINDOW_MS, startMs, {
      ...{ mood, n, isBrigade: false, buzz: null, isRevised: false, nowMs: NOW_MS },
      revision: (version += 1),
    });
    fixture.gateway.publish(`sentiment:${id}:5m`, item);
  };
  const mood = (page: Page, id = TIDE) => page.getByTestId(`mood-${id}`);
  const symbols = (page: Page) =>
    page
      .locator('[role=row] [role=rowheader] a')
      .evaluateAll((links) => links.map((link) => link.textContent));

  it('shows mood with bar, agreement, posts and trust of the same window', async () => {
    const page = await fixture.open({ path: '/board' });
    publishMood(TIDE, 0.61);
    await mood(page).getByText('+0.61').waitFor();
    expect(await mood(page).locator('.whisker').count()).to.equal(1);
    expect(await page.getByTestId(`trust-${TIDE}`).textContent()).to.contain('provisional 40');
  });

  it('marks a brigade in its row, in the swell and among the signals', async () => {
    const page = await fixture.open({ path: '/board?show=flagged' });
    await page.getByTestId('row-crypto:CINDR-USD').getByText('brigade?').waitFor();
    expect(await symbols(page)).to.eql(['CINDR-USD']);
    await page.getByText(/authors wrote .* near-copies\. Raw mood/).waitFor();
    expect(await page.getByTestId('swell-counts').textContent()).to.contain('1 flagged');
    // The raw mean stands beside the bar, dashed.
    expect(await mood(page, 'crypto:CINDR-USD').locator('.tick').count()).to.equal(1);
  });

  it('sorts by the shrunk mean, and not while the pointer is inside', async () => {
    const page = await fixture.open({ path: '/board?sort=-mood' });
    publishMood('crypto:KESTR-USD', 0.99, 3);
    publishMood('crypto:DOGE-USD', 0.7, 200);
    await page.waitForFunction(
      () => document.querySelector('[role=rowheader] a')?.textContent === 'DOGE-USD',
    );
    await page.getByTestId(`row-${TIDE}`).hover();
    await page.getByTestId('order-paused').waitFor();
    publishMood('crypto:BTC-USD', 0.97, 300);
    await mood(page, 'crypto:BTC-USD').getByText('+0.97').waitFor();
    await page.waitForTimeout(1500); // longer than the second hand
    expect((await symbols(page))[0]).to.equal('DOGE-USD');
    await page.mouse.move(5, 5);
    await page.waitForFunction(
      () => document.querySelector('[role=rowheader] a')?.textContent === 'BTC-USD',
    );
  });

  it('keeps filter, list, order and weighting in the address', async () => {
    const page = await fixture.open({ path: '/board' });
    await page.keyboard.press('w');
    await page.getByRole('button', { name: 'Loud' }).click();
    await page.getByRole('columnheader', { name: 'Posts' }).getByRole('button').click();
    await page.keyboard.press('/');
    await page.keyboard.type('a');
    expect(new URL(page.url()).search).to.equal('?filter=a&sort=-posts&show=loud&by=raw');
    const shown = await symbols(page);
    await page.reload();
    await page.getByTestId(`row-crypto:${String(shown[0])}`).waitFor();
    expect(await symbols(page)).to.eql(shown);
  });

  it('has a list of its own that a star fills, and says how while it is empty', async () => {
    const page = await fixture.open({ path: '/board?show=mine' });
    await page.getByTestId('state-empty').getByText('star').waitFor();
    await page.goto(`${new URL(page.url()).origin}/s/${TIDE}`);
    await page.getByRole('button', { name: 'On my list' }).click();
    await page.getByRole('link', { name: 'Board', exact: true }).first().click();
    await page.getByRole('button', { name: 'Mine' }).click();
    expect(await symbols(page)).to.eql(['TIDE-USD']);
  });

  it('is one tab stop that arrow keys move in and Enter leaves through', async () => {
    const page = await fixture.open({ path: '/board?sort=symbol' });
    await page.getByTestId(`row-${TIDE}`).waitFor();
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    const active = await page.getByRole('grid').getAttribute('aria-activedescendant');
    expect(active).to.equal('row-crypto:VOLT-USD');
    await page.keyboard.press('Enter');
    await page.getByTestId('chart').waitFor();
    expect(new URL(page.url()).pathname).to.equal('/s/crypto:VOLT-USD');
  });

  it('finds by the palette, from any page, and acts by it', async () => {
    const page = await fixture.open({ path: '/ops' });
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette').waitFor();
    await page.keyboard.type('helx');
    await page.keyboard.press('Enter');
    await page.getByTestId('chart').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette').waitFor();
    await page.keyboard.type('blue up');
    await page.keyboard.press('Enter');
    expect(await page.locator('html').getAttribute('data-updown')).to.equal('blue');
  });

  it('draws the swell only with labels that do not lie on one another', async () => {
    const page = await fixture.open({ path: '/board' });
    await page
      .getByTestId('swell-counts')
      .getByText(/[1-9]\d* bullish/)
      .waitFor();
    const painted = await page
      .getByTestId('swell')
      .locator('canvas')
      .evaluate((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const pixels =
          (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ??
          [];
        return pixels.filter((_, index) => index % 4 === 3 && (pixels[index] ?? 0) > 0).length;
      });
    expect(painted).to.be.greaterThan(2000);
  });

  it('looks as known at another time: only what was readable then, live off, and back', async () => {
    const page = await fixture.open({ path: '/board' });
    await mood(page).waitFor();
    await page.keyboard.press('a');
    await page.getByTestId('past').getByLabel('Date and time, UTC').fill('2026-11-20T14:20:30');
    await page.getByRole('button', { name: 'Look from there' }).click();
    await page.getByTestId('notice-past').getByText('As known at 14:20:30 UTC').waitFor();
    expect(new URL(page.url()).search).to.equal('?known_at=2026-11-20T14:20:30.000Z');
    await page
      .getByTestId(`trust-${TIDE}`)
      .getByText(/final|provisional|stale/)
      .waitFor();
    await page.waitForFunction(
      (id) => /\d/.test(document.querySelector(`[data-testid="mood-${id}"]`)?.textContent ?? ''),
      TIDE,
    );
    const before = await mood(page).textContent();
    publishMood(TIDE, -0.77);
    await page.waitForTimeout(400);
    expect(await mood(page).textContent()).to.equal(before);
    // The moment goes with every link.
    await page.getByTestId(`row-${TIDE}`).click();
    await page.getByTestId('chart').waitFor();
    expect(new URL(page.url()).search).to.contain('known_at=');
    await page.getByTestId('posts-past').waitFor();
    await page.getByRole('button', { name: 'Back to now' }).click();
    await page.getByTestId('notice-past').waitFor({ state: 'hidden' });
    await page.getByTestId('figure-mood').getByText('−0.77').waitFor();
  });

  it('takes no light for digits where motion is not wanted', async () => {
    const page = await fixture.open({ path: '/board', reducedMotion: true });
    const price = page.getByTestId(`price-${TIDE}`);
    await price.waitFor();
    const seen = page.evaluate(
      (id) =>
        new Promise<boolean>((resolve) => {
          const cell = document.querySelector(`[data-testid="price-${id}"]`);
          new MutationObserver(() => {
            if (cell?.querySelector('.up, .down') !== null) resolve(true);
          }).observe(cell ?? document.body, {
            childList: true,
            subtree: true,
            characterData: true,
          });
          setTimeout(() => {
            resolve(false);
          }, 1500);
        }),
      TIDE,
    );
    for (const value of [188.1, 188.2, 188.3]) {
      fixture.gateway.publish(`price:${TIDE}`, fakePrice(TIDE, value, NOW_MS, (version += 1)));
      await page.waitForTimeout(250);
    }
    expect(await seen).to.equal(false);
    expect(await price.textContent()).to.equal('188.30');
  });

  it('speaks no prices: the live region stays quiet under updates', async () => {
    const page = await fixture.open({ path: '/board' });
    await mood(page).waitFor();
    const spoken = page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let count = 0;
          const region = document.querySelector('[data-testid=live-region]');
          new MutationObserver(() => {
            count += 1;
          }).observe(region ?? document.body, {
            childList: true,
            subtree: true,
            characterData: true,
          });
          setTimeout(() => {
            resolve(count);
          }, 3000);
        }),
    );
    for (let round = 0; round < 20; round += 1) {
      for (const { id } of fakeInstruments) publishMood(id, Math.sin(round), 50 + round);
      await page.waitForTimeout(100);
    }
    expect(await spoken).to.be.at.most(1);
  });

  for (const theme of ['dark', 'light'] as const) {
    it(`fits from 320 to 1440 px, nothing cut off or overlapping, ${theme}`, async () => {
      const page = await fixture.open({ path: '/board', theme });
      await mood(page).waitFor();
      for (const width of [320, 390, 768, 1024, 1440]) {
        await page.setViewportSize({ width, height: 844 });
        expect(await overflowPx(page), `${String(width)} px`).to.equal(0);
        expect(await overlapping(page), `${String(width)} px`).to.eql([]);
      }
    });

    it(`has no finding of axe at all, ${theme}`, async () => {
      for (const width of [1440, 390]) {
        const page = await fixture.open({ path: '/board', theme, width });
        await mood(page).waitFor();
        expect(await findings(page), String(width)).to.eql([]);
      }
    });
  }
});

describe('market board with 200 symbols', function () {
  this.timeout(60_000);
  if (browserPath === null) {
    it(`not run: ${NO_BROWSER}`); // pending
    return;
  }

  it('holds only the rows in sight in the page, and finds the last by key', async () => {
    const many = Array.from({ length: 200 }, (_, index) => ({
      ...fakeInstruments[0],
      id: `crypto:S${String(index).padStart(3, '0')}-USD`,
    }));
    const fixture = await startFixture(NOW_MS);
    try {
      const page1 = { as_of: new Date(NOW_MS).toISOString(), items: many, next_cursor: null };
      fixture.backend.answers.set('/v1/instruments', () => page1);
      const page = await fixture.open({ path: '/board?sort=symbol' });
      await page.getByTestId('row-crypto:S000-USD').waitFor();
      const rows = () => page.locator('[role=row][data-testid]').count();
      expect(await rows()).to.be.lessThan(60);
      expect(await page.getByRole('grid').getAttribute('aria-rowcount')).to.equal('201');
      await page.getByRole('grid').focus();
      await page.keyboard.press('End');
      await page.getByTestId('row-crypto:S199-USD').waitFor();
      expect(await page.getByTestId('row-crypto:S199-USD').getAttribute('aria-rowindex')).to.equal(
        '201',
      );
      expect(await page.getByTestId('row-crypto:S000-USD').count()).to.equal(0);
      expect(await rows()).to.be.lessThan(60);
    } finally {
      await fixture.stop();
    }
  });
});

/** Cells of a row whose boxes lie on one another. */
function overlapping(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    for (const row of document.querySelectorAll('[role=row][data-testid]')) {
      const cells = [
        ...row.querySelectorAll<HTMLElement>('.last, .change, .name b, .spark, .moodbar'),
      ]
        .map((cell) => ({
          name: cell.getAttribute('class') ?? '',
          box: cell.getBoundingClientRect(),
        }))
        .filter(({ box }) => box.width > 0);
      for (const [index, { name, box }] of cells.entries()) {
        for (const other of cells.slice(index + 1)) {
          const isApart =
            box.right <= other.box.left + 1 ||
            other.box.right <= box.left + 1 ||
            box.bottom <= other.box.top + 1 ||
            other.box.bottom <= box.top + 1;
          if (!isApart) found.push(`${row.id}: ${name} on ${other.name}`);
        }
      }
    }
    return found;
  });
}
