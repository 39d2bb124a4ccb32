import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { browserPath, NO_BROWSER } from '@groundswell/testkit/browser';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { overflowPx, pictureDir, startFixture, type Fixture } from '../support/browser.ts';
import { fakeChannels } from '../support/fake-world.ts';
import { differenceOf, miniature } from '../support/miniature.ts';

/** The clock stands, so that two runs look the same. */
const NOW_MS = Date.UTC(2026, 10, 20, 14, 32, 5);
const TIDE = 'crypto:TIDE-USD';
const pages = [
  { name: 'board', path: '/board', ready: `price-${TIDE}` },
  { name: 'symbol', path: `/s/${TIDE}`, ready: 'posts' },
  { name: 'why', path: `/s/${TIDE}?why=mood`, ready: 'revisions' },
  { name: 'investor', path: '/i/me', ready: 'holdings', persona: 'investor' },
  { name: 'ops', path: '/ops', ready: 'conservation', persona: 'ops' },
] as const;
/** Miniatures of how the pages are meant to look. `UPDATE_PICTURES=1` makes them anew; then look at them. */
const referenceDir = join(import.meta.dirname, '../references');
const isUpdating = process.env['UPDATE_PICTURES'] === '1';
/** Letters move between versions of a browser; a column, a panel or a theme that is gone is several times this. */
const MAY_DIFFER = 0.02;
const SETTLE_MS = 1500;

describe('appearance of the pages (fake gateway, clock that stands)', function () {
  this.timeout(60_000);
  if (browserPath === null) {
    it(`not run: ${NO_BROWSER}`); // pending
    return;
  }
  let fixture: Fixture;
  before(async () => {
    fixture = await startFixture(NOW_MS, fakeChannels);
  });
  after(() => fixture.stop());

  for (const { name, ready, ...open } of pages) {
    it(`${name} looks as it did in both themes, and fits at 200 %`, async () => {
      const page = await fixture.open(open);
      await page.getByTestId(ready).first().waitFor();
      for (const theme of ['dark', 'light']) {
        if (theme === 'light') await page.getByLabel('Switch to the light theme').click();
        await page.waitForTimeout(SETTLE_MS);
        const now = await miniature(page);
        const file = join(referenceDir, `${name}-${theme}.png`);
        if (isUpdating) writeFileSync(file, now);
        const difference = await differenceOf(page, now, readFileSync(file));
        if (difference > MAY_DIFFER) {
          await page.screenshot({ path: join(pictureDir, `other-${name}-${theme}.png`) });
        }
        expect(difference, `${theme}: share of cells that differ`).to.be.at.most(MAY_DIFFER);
      }
      await page.setViewportSize({ width: 720, height: 450 });
      expect(await overflowPx(page)).to.equal(0);
    });
  }

  describe('on the board', () => {
    let page: Page;
    before(async () => {
      page = await fixture.open({ path: '/board' });
      await page.getByTestId(`price-${TIDE}`).waitFor();
    });

    it('tells up from down without colour: by triangle and sign', async () => {
      const changes = await page.locator('[data-testid^=row-] .nowrap:is(.up, .down)').all();
      expect(changes).not.to.eql([]);
      for (const change of changes) expect(await change.textContent()).to.match(/▲.*\+|▼.*−/su);
    });

    it('keeps the shapes of its marks in forced colours', async () => {
      await page.emulateMedia({ forcedColors: 'active' });
      const blank = await page.locator('[data-testid^=row-] svg').evaluateAll((marks) => {
        const isClear = (paint: string) => /^(none|transparent|rgba\(.*, 0\))$/.test(paint);
        const shapesOf = (mark: Element) => [
          ...mark.querySelectorAll('path, circle, rect, line, polyline'),
        ];
        return marks.filter((mark) =>
          shapesOf(mark).every((shape) => {
            const { stroke, fill } = getComputedStyle(shape);
            return isClear(stroke) && isClear(fill);
          }),
        ).length;
      });
      expect(blank).to.equal(0);
    });

    it('would be seen without one of its panels', async () => {
      await page.emulateMedia({ forcedColors: 'none' });
      await page.waitForTimeout(SETTLE_MS);
      const whole = await miniature(page);
      await page.locator('.signalpanel').evaluate((panel) => {
        panel.remove();
      });
      expect(await differenceOf(page, whole, await miniature(page))).to.be.above(MAY_DIFFER);
    });
  });
});
