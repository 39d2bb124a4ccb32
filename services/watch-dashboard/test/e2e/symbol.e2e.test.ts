import { browserPath, NO_BROWSER } from '@groundswell/testkit/browser';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { PostData } from '../../src/lib/posts.ts';
import { findings, overflowPx, startFixture, type Fixture } from '../support/browser.ts';
import { fakeMood, fakePost } from '../support/fake-mood.ts';
import { gap } from '../support/fake-world.ts';

const TIDE = 'crypto:TIDE-USD';
const PATH = `/s/${TIDE}`;
/** In the middle of a window of five minutes. */
const NOW_MS = Date.UTC(2026, 10, 20, 14, 32, 5);
const WINDOW_MS = 300_000;

const hostile = {
  bidi: '\u202e\u2066$TIDE \u202d\u2067 gnihton era sdrow eseht \u200f\u061c',
  emoji: `$TIDE ${'🚀'.repeat(10_000)}`,
  markup: '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>{@html 1} $TIDE',
  link: 'javascript:window.hacked=1 $TIDE &lt;b&gt; ${window.hacked=1}',
  long: `$TIDE${'x'.repeat(5000)}`,
  stacked: `$TIDE ${'Z\u0351\u036b\u0343\u036a'.repeat(200)}`,
  lines: `$TIDE ${'\n\n\n'.repeat(2000)} end`,
} as const;

describe('symbol page in a browser (fake gateway)', function () {
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
    fixture.backend.answers.clear();
  });

  const list = (page: Page) => page.getByTestId('posts');
  const postsPath = `/v1/instruments/${TIDE}/posts`;
  /** Let REST list these posts, whatever is asked. */
  const answerPosts = (...texts: readonly string[]) => {
    const items = texts.map((text, index) => ({
      ...(fakePost(TIDE, `h${String(index)}`, NOW_MS - 9000, 0.4, '$TIDE').data as PostData),
      ...{ text, words: [{ start: 0, end: 5, contribution: 1.5 }], weight: 1, share: 0.1 },
      ...{ target_start: null, target_end: null },
    }));
    fixture.backend.answers.set(postsPath, () => ({ items, considered: items.length }));
  };

  it('shows the numbers of the window, each with its own mark', async () => {
    const page = await fixture.open({ path: PATH });
    await page.getByTestId('figure-mood').getByText('+0.4').waitFor();
    for (const field of ['mood', 'difference', 'agreement', 'buzz', 'voices']) {
      expect(await page.getByTestId(`figure-${field}`).textContent(), field).to.match(/\d/);
      expect(await page.getByTestId(`trust-${field}`).getAttribute('data-trust'), field).to.match(
        /^(provisional|gap)$/,
      );
    }
  });

  it('underlines the words that moved a score, with the figure for screen readers', async () => {
    const page = await fixture.open({ path: PATH });
    const word = list(page).locator('.word', { hasText: 'raised' }).first();
    expect(await word.getAttribute('class')).to.contain('pushes-up');
    expect(await word.getAttribute('title')).to.equal('+1.9 to the score');
    expect(await word.textContent()).to.equal('raised (+1.9)');
    const down = list(page).locator('.word', { hasText: 'downgraded' }).first();
    const style = await down.evaluate((one) => getComputedStyle(one).textDecorationStyle);
    expect(style).to.equal('wavy');
  });

  it('folds near-copies and strikes out another symbol', async () => {
    const page = await fixture.open({ path: PATH });
    expect(await list(page).getByText('near-copies as one').count()).to.equal(1);
    const other = list(page).locator('s').first();
    expect(await other.textContent()).to.equal('$MOSS');
  });

  it('counts new posts and lists them only when asked', async () => {
    const page = await fixture.open({ path: PATH });
    await list(page).waitFor();
    const before = await list(page).locator('li').count();
    const scrolled = await list(page).evaluate((one) => (one.scrollTop = 200));
    fixture.gateway.publish(
      `posts:${TIDE}`,
      fakePost(TIDE, 'new1', NOW_MS - 500, 0.9, 'one more $TIDE'),
    );
    fixture.gateway.publish(
      `posts:${TIDE}`,
      fakePost(TIDE, 'new2', NOW_MS - 400, 0.9, 'two more $TIDE'),
    );
    await page.getByTestId('posts-new').getByText('2 new').waitFor();
    expect(await list(page).locator('li').count()).to.equal(before);
    expect(await list(page).evaluate((one) => one.scrollTop)).to.equal(scrolled);
    await page.getByTestId('posts-new').click();
    await page.getByTestId('posts-new').waitFor({ state: 'hidden' });
  });

  it('takes a post that was taken back from the list', async () => {
    const page = await fixture.open({ path: PATH });
    const post = fakePost(TIDE, 'p55', NOW_MS - 300, 0.57, '');
    const text = list(page).getByText('Finally a', { exact: false });
    await text.first().waitFor();
    const before = await text.count();
    const shown = await list(page).locator('li').count();
    fixture.gateway.publish(`posts:${TIDE}`, {
      ...post,
      ver: 99,
      data: { op: 'CANCEL', post_id: 'bluesky-world:p55', instrument_id: TIDE },
    });
    await page.waitForFunction(
      (count) => document.querySelectorAll('.postlist li').length < count,
      shown,
    );
    expect(await text.count()).to.be.lessThan(before);
  });

  it('shows the posts of a window that is chosen in the chart, and goes back to now', async () => {
    const page = await fixture.open({ path: PATH });
    await list(page).waitFor();
    const box = await page.getByTestId('chart').boundingBox();
    await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) * 0.6, (box?.y ?? 0) + 120);
    await page.getByRole('button', { name: 'Now', exact: true }).waitFor();
    expect(await page.locator('#posts-title').textContent()).not.to.contain('14:30–14:35');
    await page.getByTestId('posts-empty').waitFor();
    await page.getByRole('button', { name: 'Now', exact: true }).click();
    await page.locator('#posts-title').getByText('14:30–14:35').waitFor();
    await list(page).waitFor();
  });

  it('explains mood by path, formula, sources and revisions, and leads to the posts', async () => {
    const page = await fixture.open({ path: PATH });
    await page.getByTestId('trust-mood').focus();
    await page.keyboard.press('e');
    await page.getByTestId('explanation-verdict').getByText('10 min grace').waitFor();
    const value = (await page.getByTestId('figure-mood').textContent()) ?? '';
    expect(await page.locator('#why-title').textContent()).to.equal(`Why ${value}`);
    expect(await page.getByTestId('formula').textContent()).to.contain(`= ${value}`);
    await page.getByTestId('revisions').getByText('r11', { exact: true }).waitFor();
    expect(await page.getByTestId('explanation').getByRole('img').count()).to.be.at.least(3);
    await page.getByRole('button', { name: /^See the/ }).click();
    await list(page).waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).to.equal('posts');
  });

  it('explains the number whose mark has the focus, and gives it back', async () => {
    const page = await fixture.open({ path: PATH });
    for (const [field, about] of [
      ['agreement', 'A = 1'],
      ['buzz', 'median'],
      ['voices', 'authors'],
      ['difference', '−'],
    ]) {
      await page.getByTestId(`trust-${String(field)}`).focus();
      await page.keyboard.press('e');
      await page.getByTestId('formula').getByText(String(about)).waitFor();
      await page.keyboard.press('Escape');
      await page.getByTestId('explanation').waitFor({ state: 'hidden' });
      const focused = await page.evaluate(() =>
        document.activeElement?.getAttribute('data-testid'),
      );
      expect(focused).to.equal(`trust-${String(field)}`);
    }
  });

  it('is walked by keys alone: raw, finer, table, chart, posts', async () => {
    const page = await fixture.open({ path: PATH });
    await page.getByTestId('figure-mood').waitFor();
    await page.keyboard.press('w');
    expect(new URL(page.url()).search).to.equal('?by=raw');
    await page.keyboard.press(']');
    expect(new URL(page.url()).search).to.equal('?bar=5m&by=raw');
    await page.keyboard.press('t');
    await page.getByTestId('bar-table').getByRole('columnheader', { name: 'Mood' }).waitFor();
    await page.keyboard.press('t');
    await page.getByTestId('chart').focus();
    await page.keyboard.press('ArrowLeft');
    await page
      .getByTestId('live-region')
      .getByText(/mood 0\.\d\d, \d+ posts/)
      .waitFor();
  });

  it('follows a mood that moves while the picture stays where it is', async () => {
    const page = await fixture.open({ path: PATH });
    const startMs = Math.floor(NOW_MS / WINDOW_MS) * WINDOW_MS;
    const item = fakeMood(TIDE, WINDOW_MS, startMs, {
      ...{ mood: 0.66, n: 90, isBrigade: false, buzz: null, isRevised: false },
      ...{ nowMs: NOW_MS, revision: 50 },
    });
    await page.getByTestId('figure-mood').waitFor();
    fixture.gateway.publish(`sentiment:${TIDE}:5m`, item);
    await page.getByTestId('figure-mood').getByText('+0.66').waitFor();
    await page.getByTestId('trust-mood').getByText('90 posts').waitFor();
  });

  it('says what a number needs where there are too few posts', async () => {
    const page = await fixture.open({ path: '/s/crypto:KESTR-USD' });
    await page.getByTestId('figure-mood').getByText('—').waitFor();
    await page
      .getByText(/needs 3 scored posts/)
      .first()
      .waitFor();
    await page
      .getByText(/needs 4 weeks of this hour/)
      .first()
      .waitFor();
    await page.getByTestId('posts-empty').waitFor();
  });

  it('keeps the posts of the channel where the API does not answer, and says so where there are none', async () => {
    fixture.backend.failWith = null;
    fixture.backend.answers.set(postsPath, () => null);
    const page = await fixture.open({ path: PATH });
    await list(page).locator('li').first().waitFor();
    expect(
      await list(page)
        .getByText(/weight/)
        .count(),
    ).to.equal(0);
  });

  it('breaks nothing and runs nothing when posts mean harm: directions, emoji, markup, length', async () => {
    answerPosts(...Object.values(hostile), '$TIDE a plain one');
    const page = await fixture.open({ path: PATH });
    await list(page).getByText('a plain one').waitFor();
    expect(await list(page).locator('li').count()).to.equal(Object.keys(hostile).length + 1);
    for (const width of [1440, 390, 320]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await overflowPx(page), `${String(width)} px`).to.equal(0);
      const shape = await list(page)
        .locator('li')
        .evaluateAll((items) =>
          items.map((item) => ({
            height: item.getBoundingClientRect().height,
            isWide: item.scrollWidth > item.clientWidth + 1,
          })),
        );
      for (const { height, isWide } of shape) {
        expect(height).to.be.lessThan(300);
        expect(isWide).to.equal(false);
      }
    }
    const state = await page.evaluate(() => ({
      hacked: 'hacked' in window,
      elements: document.querySelectorAll('.posttext :not(span, s)').length,
    }));
    expect(state).to.eql({ hacked: false, elements: 0 });
    // What comes after a turned text is not turned.
    const plain = list(page).getByText('a plain one');
    expect(await plain.evaluate((one) => getComputedStyle(one).direction)).to.equal('ltr');
  });

  for (const theme of ['dark', 'light'] as const) {
    for (const state of ['live', 'gap', 'explained'] as const) {
      it(`has no finding of axe and fits from 320 to 1440 px, ${state}, ${theme}`, async () => {
        if (state === 'gap') {
          const from = NOW_MS - 90_000;
          fixture.gateway.publish(
            'sources',
            gap('bluesky-world', 'posts', from, from + 60_000, NOW_MS + 1),
          );
        }
        const page = await fixture.open({
          path: state === 'explained' ? `${PATH}?why=mood` : PATH,
          ...{ theme, updown: theme === 'light' ? 'blue' : 'green' },
        });
        await page.getByTestId(state === 'explained' ? 'revisions' : 'posts').waitFor();
        for (const width of [1440, 1024, 768, 390, 320]) {
          await page.setViewportSize({ width, height: 844 });
          expect(await overflowPx(page), `${String(width)} px`).to.equal(0);
          if (width !== 1440 && width !== 390) continue;
          expect(await findings(page), `${String(width)} px`).to.eql([]);
        }
        if (state !== 'gap') return;
        expect(await page.getByTestId('trust-mood').getAttribute('data-trust')).to.equal('gap');
      });
    }
  }
});
